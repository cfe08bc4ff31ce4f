"""A search, a count and a delete-by-query on one index."""

from __future__ import annotations

import time
from typing import Any

from tantivy import Occur, Query

from .errors import illegal_argument, parsing, version_conflict
from .index import Batch, Index
from .query import Compiler
from .sorting import Hit, Key, parse_sort, sort_hits
from .source_filter import source_filter
from .store import Store
from .values import INTEGERS

MAX_WINDOW = 10_000
TRACKED_HITS = 10_000

_KEYS = {"query", "from", "size", "sort", "_source", "track_total_hits", "min_score", "track_scores"}
SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}

Body = dict[str, Any]


def search(index: Index, body: Body) -> dict[str, Any]:
    """The answer to a search body."""
    started = time.monotonic()
    if unknown := body.keys() - _KEYS:
        raise parsing(f"Unknown key for a VALUE in [{sorted(unknown)[0]}].")
    offset, size = _window(body)
    keep = source_filter(body.get("_source"))
    keys = parse_sort(body["sort"], index.engine.mapping) if body.get("sort") else []
    scored = not keys or body.get("track_scores") is True or any(key.path == "_score" for key in keys)
    window = offset + size
    find = _hits if scored or body.get("min_score") is not None else _first
    total, best, hits = find(index, body, keys, window)
    shown = [_shown(index, hit, keys, keep(hit[1].source), scored) for hit in hits[offset : offset + size]]
    found: Body = {"max_score": best if scored else None, "hits": shown}
    if (tracked := _total(total, body.get("track_total_hits", TRACKED_HITS))) is not None:
        found = {"total": tracked, **found}
    took = int(1000 * (time.monotonic() - started))
    return {"took": took, "timed_out": False, "_shards": SHARDS, "hits": found}


def count(index: Index, body: Body) -> dict[str, Any]:
    """How many documents match."""
    _, query = _query(index, body)
    return {"count": index.snapshot().matches(query, 0)[0], "_shards": SHARDS}


def delete_by_query(index: Index, body: Body, store: Store, proceed: bool) -> dict[str, Any]:
    """Delete what a search finds now; what has changed since it became searchable is a conflict."""
    started = time.monotonic()
    if "query" not in body:
        raise parsing("query is missing")
    snapshot, query = _query(index, body)
    documents = [snapshot.rows[row] for _, row in snapshot.matches(query)[1]]
    current = {document.id for document in documents if index.records[document.id].seq_no == document.seq_no}
    if (conflicts := len(documents) - len(current)) and not proceed:
        stale = next(document.id for document in documents if document.id not in current)
        raise version_conflict(stale, "the document has changed since it was found")
    batch = Batch(store)
    for id_ in current:
        batch.delete(index, id_)
    batch.commit()
    return {
        "took": int(1000 * (time.monotonic() - started)),
        "timed_out": False,
        "total": len(documents),
        "deleted": len(current),
        "batches": 1,
        "version_conflicts": conflicts,
        "noops": 0,
        "retries": {"bulk": 0, "search": 0},
        "throttled_millis": 0,
        "requests_per_second": -1.0,
        "throttled_until_millis": 0,
        "failures": [],
    }


def _query(index: Index, body: Body) -> tuple[Any, Any]:
    if unknown := body.keys() - {"query"}:
        raise parsing(f"request does not support [{sorted(unknown)[0]}]")
    snapshot = index.snapshot()
    return snapshot, Compiler(snapshot, index.settings.knn).compile(body.get("query", {"match_all": {}}))


def _hits(index: Index, body: Body, keys: list[Key], window: int) -> tuple[int, float | None, list[Hit]]:
    """How many documents match, the highest score among them, and the first of them."""
    snapshot, query = _query(index, {name: body[name] for name in body if name == "query"})
    least = body.get("min_score")
    if least is not None and (not isinstance(least, int | float) or isinstance(least, bool)):
        raise parsing(f"[min_score] must be a number, got [{least}]")
    total, matched = snapshot.matches(query, None if keys or least is not None else window)
    hits = [(score, snapshot.rows[row]) for score, row in matched]
    if least is not None:
        hits = [hit for hit in hits if hit[0] >= least]
        total = len(hits)
    best = max((score for score, _ in hits), default=None)
    return total, best, sort_hits(hits, keys, window) if keys else hits


def _first(index: Index, body: Body, keys: list[Key], window: int) -> tuple[int, None, list[Hit]]:
    """As `_hits` where scores do not matter: what the first key keeps out of the window is not even looked at."""
    snapshot, query = _query(index, {name: body[name] for name in body if name == "query"})
    key, whole = keys[0], query
    field = snapshot.mapping.fields.get(key.path)
    if field is not None and field.kind in INTEGERS and key.missing == "_last" and not key.mode and window:
        worst = snapshot.nth(query, key.path, key.descending, window)
        if worst is not None:
            bound = {"gte": worst} if key.descending else {"lte": worst}
            inside = Compiler(snapshot, index.settings.knn).compile({"range": {key.path: bound}})
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, inside)])
    hits = [(score, snapshot.rows[row]) for score, row in snapshot.matches(query)[1]]
    total = len(hits) if query is whole else snapshot.count(whole)
    return total, None, sort_hits(hits, keys, window)


def _window(body: Body) -> tuple[int, int]:
    offset, size = body.get("from", 0), body.get("size", 10)
    for name, value in (("from", offset), ("size", size)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise illegal_argument(f"[{name}] parameter must be a number and cannot be negative, found [{value}]")
    if offset + size > MAX_WINDOW:
        raise illegal_argument(
            f"Result window is too large, from + size must be less than or equal to: [{MAX_WINDOW}] "
            f"but was [{offset + size}]."
        )
    return offset, size


def _total(total: int, tracked: Any) -> dict[str, Any] | None:
    if tracked is False:
        return None
    if not isinstance(tracked, int) or tracked < 0:
        raise parsing(f"[track_total_hits] must be a boolean or a positive number, got [{tracked}]")
    if tracked is not True and total > tracked:
        return {"value": tracked, "relation": "gte"}
    return {"value": total, "relation": "eq"}


def _shown(index: Index, hit: Hit, keys: list[Key], source: Body | None, scored: bool) -> Body:
    score, document = hit
    shown: Body = {"_index": index.name, "_id": document.id, "_score": score if scored else None}
    if source is not None:
        shown["_source"] = source
    if keys:
        shown["sort"] = [key.of(hit) for key in keys]
    return shown

"""`sort`: several keys, missing values, and the values that each hit shows."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .engine import Document
from .errors import SearchError, illegal_argument, parsing
from .mappings import Field, Mapping
from .values import read

Hit = tuple[float, Document]


@dataclass(frozen=True)
class Key:
    """One sort key. `missing` is `_first`, `_last` or a value to stand in."""

    path: str
    descending: bool
    missing: Any = "_last"
    mode: str = ""

    def of(self, hit: Hit) -> Any:
        """The hit's value under this key."""
        values = hit[1].values.get(self.path)
        if values is not None and len(values) == 1:
            return values[0]
        if not values:
            return self._of_itself(hit)
        largest = self.mode == "max" if self.mode else self.descending
        return max(values) if largest else min(values)

    def _of_itself(self, hit: Hit) -> Any:
        """What a hit has without holding the field."""
        own = {"_score": hit[0], "_doc": hit[1].row, "_id": hit[1].id}
        return own.get(self.path, None if self.missing in ("_first", "_last") else self.missing)


def parse_sort(option: Any, mapping: Mapping) -> list[Key]:
    """The keys of a `sort` option; raises when one cannot be sorted by."""
    return [_key(item, mapping) for item in (option if isinstance(option, list) else [option])]


def _key(item: Any, mapping: Mapping) -> Key:
    if isinstance(item, str):
        item = {item: {}}
    if not isinstance(item, dict) or len(item) != 1:
        raise parsing(f"[sort] needs a field or an object with one field, got [{item}]")
    path, options = next(iter(item.items()))
    if isinstance(options, str):
        options = {"order": options}
    if not isinstance(options, dict) or options.keys() - {"order", "missing", "mode", "unmapped_type"}:
        raise parsing(f"[sort] of [{path}] supports only order, missing, mode and unmapped_type")
    order = options.get("order", "desc" if path == "_score" else "asc")
    mode = options.get("mode", "")
    if order not in ("asc", "desc") or mode not in ("", "min", "max"):
        raise illegal_argument(f"[sort] of [{path}] has an unknown order [{order}] or mode [{mode}]")
    field = mapping.fields.get(path)
    if field is None and not path.startswith("_") and "unmapped_type" not in options:
        raise SearchError(400, "query_shard_exception", f"No mapping found for [{path}] in order to sort on")
    if path.startswith("_") and path not in ("_score", "_doc", "_id"):
        raise illegal_argument(f"[sort] by [{path}] is not supported")
    if field is not None and field.kind in ("text", "knn_vector"):
        raise illegal_argument(f"Fields of type [{field.kind}] cannot be sorted by: [{path}]; use a keyword field")
    return Key(path, order == "desc", _missing(path, options.get("missing", "_last"), field), mode)


def _missing(path: str, value: Any, field: Field | None) -> Any:
    if value in ("_first", "_last") or field is None:
        return value
    try:
        return read(field.kind, value)
    except ValueError as error:
        raise illegal_argument(f"[missing] of [{path}] is not of the field's type: {error}") from error


def sort_hits(hits: list[Hit], keys: Sequence[Key], window: int) -> list[Hit]:
    """The first `window` hits in the order of the keys; equal ones in the order in which they were written."""
    return _sorted(_promising(hits, keys[0], window), keys)[:window]


def _promising(hits: list[Hit], key: Key, window: int) -> list[Hit]:
    """The hits without those that the first key alone keeps out of the window."""
    if len(hits) <= window or not window or key.missing == "_first":
        return hits
    valued = list(zip(map(key.of, hits), hits, strict=True))
    values = [value for value, _ in valued if value is not None]
    if len(values) <= window:
        return hits
    pick = heapq.nlargest if key.descending else heapq.nsmallest
    worst = pick(window, values)[-1]
    if key.descending:
        return [hit for value, hit in valued if value is not None and value >= worst]
    return [hit for value, hit in valued if value is not None and value <= worst]


def _sorted(hits: list[Hit], keys: Sequence[Key]) -> list[Hit]:
    ordered = sorted(hits, key=lambda hit: hit[1].row)
    for key in reversed(keys):
        present = sorted((hit for hit in ordered if key.of(hit) is not None), key=key.of, reverse=key.descending)
        absent = [hit for hit in ordered if key.of(hit) is None]
        ordered = absent + present if key.missing == "_first" else present + absent
    return ordered

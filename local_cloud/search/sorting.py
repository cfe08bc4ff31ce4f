"""`sort`: several keys, missing values, and the values that each hit shows."""

from __future__ import annotations

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
        score, document = hit
        if self.path == "_score":
            return score
        if self.path == "_doc":
            return document.row
        if self.path == "_id":
            return document.id
        values = document.values.get(self.path)
        if not values:
            return None if self.missing in ("_first", "_last") else self.missing
        largest = self.mode == "max" if self.mode else self.descending
        return max(values) if largest else min(values)


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


def sort_hits(hits: list[Hit], keys: Sequence[Key]) -> list[Hit]:
    """The hits in the order of the keys; equal ones in the order in which they were written."""
    ordered = sorted(hits, key=lambda hit: hit[1].row)
    for key in reversed(keys):
        present = sorted((hit for hit in ordered if key.of(hit) is not None), key=key.of, reverse=key.descending)
        absent = [hit for hit in ordered if key.of(hit) is None]
        ordered = absent + present if key.missing == "_first" else present + absent
    return ordered

"""`_source` filtering: which parts of a document an answer carries."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from .errors import parsing

Filter = Callable[[dict[str, Any]], dict[str, Any] | None]


def source_filter(option: Any) -> Filter:
    """The filter for a `_source` option: a boolean, a pattern, patterns, or includes and excludes."""
    if option is None or option is True:
        return lambda source: source
    if option is False:
        return lambda source: None
    if isinstance(option, dict):
        if unknown := option.keys() - {"includes", "excludes", "include", "exclude"}:
            raise parsing(f"Unknown key for a VALUE in [_source]: {sorted(unknown)[0]}")
        includes = _patterns(option.get("includes", option.get("include", [])))
        excludes = _patterns(option.get("excludes", option.get("exclude", [])))
    else:
        includes, excludes = _patterns(option), []
    if includes and not excludes and not any(_is_nested(pattern) for pattern in includes):
        return lambda source: {name: value for name, value in source.items() if name in includes}
    return lambda source: _kept(source, "", includes, excludes)


def _patterns(value: Any) -> list[str]:
    patterns = [value] if isinstance(value, str) else value
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise parsing(f"[_source] takes strings, got [{value}]")
    return patterns


def _kept(source: dict[str, Any], prefix: str, includes: list[str], excludes: list[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in source.items():
        path = prefix + name
        if any(fnmatchcase(path, pattern) for pattern in excludes):
            continue
        whole = not includes or any(fnmatchcase(path, pattern) for pattern in includes)
        if not isinstance(value, dict | list) or (whole and not excludes):
            if whole:
                kept[name] = value
            continue
        if not (whole or _reach_inside(includes, path)):
            continue
        inner = _inside(value, f"{path}.", [] if whole else includes, excludes)
        if inner or whole:
            kept[name] = inner
    return kept


def _is_nested(pattern: str) -> bool:
    """Whether more than the name of one field of the document itself."""
    return any(sign in pattern for sign in ".*?[")


def _reach_inside(patterns: list[str], path: str) -> bool:
    """Whether a pattern could match anything below `path`."""
    return any(pattern.startswith(f"{path}.") or any(wild in pattern for wild in "*?[") for pattern in patterns)


def _inside(value: Any, prefix: str, includes: list[str], excludes: list[str]) -> Any:
    if isinstance(value, dict):
        return _kept(value, prefix, includes, excludes)
    if isinstance(value, list):
        inner = [_inside(item, prefix, includes, excludes) for item in value]
        return [item for item in inner if item not in (None, {})]
    return None if includes else value

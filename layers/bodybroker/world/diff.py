"""What differs between two versions of a world, as a list of changes in the manner of JSON Patch (RFC 6902).

Lists count as single values: only maps and the fields of structs are looked into.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from bodybroker.world.state import State

Plain = dict[str, Any]
WORLD = "world"


class Change(Struct, frozen=True):
    """One difference. `path` is a JSON pointer into the state, `type` says what kind of thing lies there.

    With `add` there was no `before`, with `remove` there is no `after`; both are null then.
    """

    op: Literal["add", "remove", "replace"]
    type: str
    path: str
    before: Any
    after: Any


def diff(before: Plain, after: Plain) -> list[Change]:
    """The changes that lead from one state to another (each as plain data), by type and then by path."""
    return sorted(_changes("", before, after), key=lambda change: (change.type, change.path))


def patch(state: Plain, changes: Sequence[Change]) -> Plain:
    """A copy of `state` with all of `changes` made, which came from `diff` on it."""
    patched: Plain = _copy(state)
    for change in changes:
        *way, last = (_unescape(part) for part in change.path.split("/")[1:])
        place = patched
        for part in way:
            place = place[part]
        if change.op == "remove":
            del place[last]
        else:
            place[last] = change.after
    return patched


def _changes(path: str, before: Plain, after: Plain) -> Iterator[Change]:
    for key in before.keys() | after.keys():
        here = f"{path}/{_escape(key)}"
        old, new = before.get(key), after.get(key)
        if key not in before:
            yield Change("add", entity_type(here), here, None, new)
        elif key not in after:
            yield Change("remove", entity_type(here), here, old, None)
        elif isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(here, old, new)
        elif old != new:
            yield Change("replace", entity_type(here), here, old, new)


def entity_type(path: str) -> str:
    """What lies at a path of the state: the innermost thing that a map holds by its id, such as `npc` or `item`.

    Outside of such things it is the part of the state (`player`, `tally`), or `world` for its own fields.
    """
    first, *rest = path.split("/")[1:]
    kind, found = _hints(State).get(first), first if rest else WORLD
    for part in rest:
        is_member, kind = _member(kind, _unescape(part))
        if is_member and isinstance(kind, type) and issubclass(kind, Struct):
            found = kind.__name__.lower()
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _member(kind: Any, part: str) -> tuple[bool, Any]:
    """The type of a member, and whether it is one of a map. What is not described by a type has none."""
    if get_origin(kind) in (UnionType, Union):
        kind = next((arm for arm in get_args(kind) if arm is not type(None)), None)
    if get_origin(kind) is dict:
        return True, get_args(kind)[1]
    return False, _hints(kind).get(part) if isinstance(kind, type) and issubclass(kind, Struct) else None


def _copy(value: Any) -> Any:
    return {key: _copy(member) for key, member in value.items()} if isinstance(value, dict) else value


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _unescape(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")

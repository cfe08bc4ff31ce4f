"""Patches: operations in the manner of JSON Patch (RFC 6902), each read as a typed diff of one entity.

    {"op": "replace", "path": "/npcs/<id>/mood", "value": "wary"}

Only the paths below exist; the root and everything else is refused. What is read here is decided by the rules.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bodybroker.kernel.errors import Refused
from bodybroker.world.proposals import Leave, MakeOffer, SetMood
from bodybroker.world.story.diffs import (
    CloseObjective,
    Describe,
    DropFact,
    OpenObjective,
    SetFact,
    SettleLocation,
    StoryDiff,
)

PatchDiff = StoryDiff | SetMood | MakeOffer | Leave
Fields = dict[str, Any]
Read = Callable[[str, Any], Fields]
"""From the id or name in the path and the value of an operation to the fields of its diff."""

ROOTS = ("", "/")


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One operation; `remove` has no value."""

    op: str
    path: str
    value: Any = msgspec.UNSET


def _whole(value: Any) -> Fields:
    """The value is an object that holds the fields themselves."""
    if not isinstance(value, Mapping):
        raise Refused("wrong_type", "The value of this operation is an object.")
    return dict(value)


PATHS: dict[tuple[str, str], tuple[type[PatchDiff], Read]] = {
    ("replace", r"/npcs/([^/]+)/mood"): (SetMood, lambda npc, mood: {"npc_id": npc, "mood": mood}),
    ("add", r"/npcs/([^/]+)/offer"): (MakeOffer, lambda npc, offer: {**_whole(offer), "npc_id": npc}),
    ("replace", r"/npcs/([^/]+)/offer"): (MakeOffer, lambda npc, offer: {**_whole(offer), "npc_id": npc}),
    ("remove", r"/npcs/([^/]+)/presence"): (Leave, lambda npc, _: {"npc_id": npc}),
    ("add", r"/npcs/([^/]+)/description"): (Describe, lambda npc, text: {"entity_id": npc, "text": text}),
    ("replace", r"/npcs/([^/]+)/description"): (Describe, lambda npc, text: {"entity_id": npc, "text": text}),
    ("add", r"/places/([^/]+)/description"): (Describe, lambda place, text: {"entity_id": place, "text": text}),
    ("replace", r"/places/([^/]+)/description"): (Describe, lambda place, text: {"entity_id": place, "text": text}),
    ("add", r"/places/([^/]+)/location"): (SettleLocation, lambda place, what: {**_whole(what), "place_id": place}),
    ("replace", r"/places/([^/]+)/location"): (SettleLocation, lambda place, what: {**_whole(what), "place_id": place}),
    ("add", r"/story/facts/([^/]+)"): (SetFact, lambda name, text: {"name": name, "text": text}),
    ("replace", r"/story/facts/([^/]+)"): (SetFact, lambda name, text: {"name": name, "text": text}),
    ("remove", r"/story/facts/([^/]+)"): (DropFact, lambda name, _: {"name": name}),
    ("add", r"/story/objectives/([^/]+)"): (OpenObjective, lambda id, what: {**_whole(what), "objective_id": id}),
    ("replace", r"/story/objectives/([^/]+)/status"): (
        CloseObjective,
        lambda id, status: {"objective_id": id, "status": status},
    ),
}
"""Every operation there is: op and path, and the diff that it is."""


def read(operation: object) -> PatchDiff:
    """The diff that an operation asks for; raises Refused with the code of what is wrong with it."""
    try:
        found = msgspec.convert(operation, Operation)
    except msgspec.ValidationError as error:
        raise Refused("not_an_operation", f"This is no operation of a patch: {error}.") from error
    if found.path in ROOTS:
        raise Refused("root_replaced", "A patch changes single fields, never a world as a whole.")
    for (op, pattern), (diff, fields) in PATHS.items():
        matched = re.fullmatch(pattern, found.path)
        if matched and op == found.op:
            return _convert(diff, fields(matched[1], found.value), found)
    raise Refused("unknown_path", "No operation of that kind exists at that path.")


def _convert(diff: type[PatchDiff], fields: Fields, operation: Operation) -> PatchDiff:
    if (operation.value is msgspec.UNSET) != (operation.op == "remove"):
        raise Refused("wrong_type", "`add` and `replace` carry a value, `remove` carries none.")
    try:
        return msgspec.convert(fields, diff)
    except msgspec.ValidationError as error:
        raise Refused("wrong_type", f"The value does not fit that path: {error}.") from error

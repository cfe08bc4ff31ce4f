"""What a model may ask for: typed diffs. Their shape is read here; whether they hold is decided by the rules."""

import json
from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from bodybroker.kernel.ids import PATTERN

RAW_LIMIT = 200
"""Characters kept of an act that cannot be read."""

Id = Annotated[str, Meta(pattern=PATTERN)]
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Cents = Annotated[int, Meta(ge=-(2**53), le=2**53)]


class SetMood(Struct, frozen=True, tag="set_mood", tag_field="type", forbid_unknown_fields=True):
    """The NPC's mood changes."""

    npc_id: Id
    mood: Word


class MakeOffer(Struct, frozen=True, tag="make_offer", tag_field="type", forbid_unknown_fields=True):
    """The NPC gives its word to pay `price_cents` for one `part`."""

    npc_id: Id
    part: Word
    price_cents: Cents


class Leave(Struct, frozen=True, tag="leave", tag_field="type", forbid_unknown_fields=True):
    """The NPC walks away."""

    npc_id: Id


class Unreadable(Struct, frozen=True, tag="unreadable", tag_field="type"):
    """An act that is no diff: unknown type, missing or unknown field, wrong type. Always refused; `raw` is its head."""

    raw: str


Diff = SetMood | MakeOffer | Leave | Unreadable


class Proposal(Struct, frozen=True):
    """Diffs in the order in which they are to be decided."""

    diffs: tuple[Diff, ...] = ()


def parse(acts: Iterable[object]) -> Proposal:
    """A proposal from decoded JSON. Never raises: what is no diff becomes `Unreadable`, to be refused and recorded."""
    return Proposal(tuple(_parse(act) for act in acts))


def _parse(act: object) -> Diff:
    try:
        return msgspec.convert(act, SetMood | MakeOffer | Leave)
    except msgspec.ValidationError:
        return Unreadable(json.dumps(act, default=str)[:RAW_LIMIT])

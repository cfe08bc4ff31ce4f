"""What a model may ask for: typed diffs. Their shape is read here; whether they hold is decided by the rules."""

import json
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from bodybroker.kernel.ids import PATTERN
from bodybroker.world.beliefs.state import Claim

RAW_LIMIT = 200
"""Characters kept of an act that cannot be read."""

Id = Annotated[str, Meta(pattern=PATTERN)]
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Cents = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Vow = Literal["hold", "pay", "silence"]
"""What an NPC gives its word on: that its offer stands longer, that it will pay, that it tells nobody."""


class SetMood(Struct, frozen=True, tag="set_mood", tag_field="type", forbid_unknown_fields=True):
    """The NPC's mood changes."""

    npc_id: Id
    mood: Word


class Feel(Struct, frozen=True, tag="feel", tag_field="type", forbid_unknown_fields=True):
    """What the NPC feels for the player after what was said: one of talk.yaml's `feelings`."""

    npc_id: Id
    feeling: Word


class MakeOffer(Struct, frozen=True, tag="make_offer", tag_field="type", forbid_unknown_fields=True):
    """The NPC gives its word to pay `price_cents` for one `part`."""

    npc_id: Id
    part: Word
    price_cents: Cents


class CounterOffer(Struct, frozen=True, tag="counter_offer", tag_field="type", forbid_unknown_fields=True):
    """The NPC names a lower price than the player asked for."""

    npc_id: Id
    price_cents: Cents


class Accept(Struct, frozen=True, tag="accept", tag_field="type", forbid_unknown_fields=True):
    """The NPC gives its word to pay what the player asked for."""

    npc_id: Id


class Refuse(Struct, frozen=True, tag="refuse", tag_field="type", forbid_unknown_fields=True):
    """The NPC will not pay what the player asked for."""

    npc_id: Id


class Promise(Struct, frozen=True, tag="promise", tag_field="type", forbid_unknown_fields=True):
    """The NPC gives its word; `cents` with a promise to pay."""

    npc_id: Id
    vow: Vow
    cents: Cents = 0


class Tell(Struct, frozen=True, tag="tell", tag_field="type", forbid_unknown_fields=True):
    """The NPC tells the player something: what it believes, or a lie."""

    npc_id: Id
    claim: Claim
    is_lie: bool = False


class GiveQuest(Struct, frozen=True, tag="give_quest", tag_field="type", forbid_unknown_fields=True):
    """The NPC asks the player to bring it a part; rules name the price and the deadline."""

    npc_id: Id
    part: Word


class Attack(Struct, frozen=True, tag="attack", tag_field="type", forbid_unknown_fields=True):
    """The NPC turns on the player."""

    npc_id: Id


class Leave(Struct, frozen=True, tag="leave", tag_field="type", forbid_unknown_fields=True):
    """The NPC walks away."""

    npc_id: Id


class Unreadable(Struct, frozen=True, tag="unreadable", tag_field="type"):
    """An act that is no diff: unknown type, missing or unknown field, wrong type. Always refused; `raw` is its head."""

    raw: str


Readable = SetMood | Feel | MakeOffer | CounterOffer | Accept | Refuse | Promise | Tell | GiveQuest | Attack | Leave
Diff = Readable | Unreadable


class Proposal(Struct, frozen=True):
    """Diffs in the order in which they are to be decided; `disowned` are those that the NPC's own words spoke against:
    they are recorded as refused. `heard` is what the NPC understood the player to claim."""

    diffs: tuple[Diff, ...] = ()
    disowned: tuple[Diff, ...] = ()
    heard: Claim | None = None


def parse(acts: Iterable[object]) -> Proposal:
    """A proposal from decoded JSON. Never raises: what is no diff becomes `Unreadable`, to be refused and recorded."""
    return Proposal(tuple(_parse(act) for act in acts))


def _parse(act: object) -> Diff:
    try:
        diff: Diff = msgspec.convert(act, Readable)
    except msgspec.ValidationError:
        diff = Unreadable(json.dumps(act, default=str)[:RAW_LIMIT])
    return diff

"""The history as the player may know it: the same events in the same places, without what the views hide.

What NPCs keep to themselves (purses, limits, why they refused, how long they stay away), what lies in places that
nobody searched and how good a growth will be stays in the log. An event that is not in `KnownEvent` cannot be shown.
"""

import msgspec
from msgspec import Struct

from bodybroker.generation.entities import Item, Phase
from bodybroker.kernel.ids import EntityId, EventId
from bodybroker.world import events
from bodybroker.world.state import Player


class _Known(Struct, frozen=True, tag_field="type"):
    pass


class WorldCreated(_Known, frozen=True, tag="world_created"):
    """The first event of every world: how the player begins."""

    seed: int
    district: str
    minute: int
    phase: Phase
    rank: str
    player: Player


class PursesFilled(_Known, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money."""


class MorgueRestocked(_Known, frozen=True, tag="morgue_restocked"):
    """A new day at a morgue: bodies may have come in, and its alarm calmed down."""

    place_id: EntityId


class MorgueRobbed(_Known, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int


class Growing(Struct, frozen=True):
    """A part that grows in a piece of equipment; its quality shows when it is collected."""

    growth_id: EntityId
    equipment_id: EntityId
    part: str
    started_minute: int
    ready_minute: int


class GrowthStarted(_Known, frozen=True, tag="growth_started"):
    """A part began to grow."""

    growth: Growing
    price_cents: int


class PartGrown(_Known, frozen=True, tag="part_grown"):
    """A growth is ready and waits in its equipment."""

    growth_id: EntityId


class TurnSpoken(_Known, frozen=True, tag="turn_spoken"):
    """An utterance and its answer."""

    npc_id: EntityId
    player_text: str
    line: str
    source: events.Source
    model: str
    minute: int


class NpcLeft(_Known, frozen=True, tag="npc_left"):
    """An NPC walked away."""

    npc_id: EntityId


KnownEvent = (
    WorldCreated
    | events.Travelled
    | events.TimePassed
    | events.PhaseChanged
    | PursesFilled
    | MorgueRestocked
    | MorgueRobbed
    | events.PoliceResponded
    | events.EquipmentBought
    | GrowthStarted
    | PartGrown
    | events.PartCollected
    | events.PartSold
    | TurnSpoken
    | events.MoodChanged
    | events.OfferMade
    | events.OfferWithdrawn
    | NpcLeft
    | events.WorldRewound
)


class Known(Struct, frozen=True):
    """An event in its place in a branch. `seq` starts at 1 and has no gaps; `recorded_at` is ISO 8601 in UTC."""

    seq: int
    event_id: EventId
    recorded_at: str
    command_id: str
    event: KnownEvent


_KINDS: dict[str, type[KnownEvent]] = {str(kind.__struct_config__.tag): kind for kind in KnownEvent.__args__}


def as_known(recorded: events.Recorded) -> Known:
    """What the player may know of a recorded event."""
    return Known(recorded.seq, recorded.event_id, recorded.recorded_at, recorded.command_id, known(recorded.event))


def known(event: events.Event) -> KnownEvent:
    """What the player may know of an event: the event itself where it holds no secret."""
    kind = _KINDS[str(event.__struct_config__.tag)]
    return msgspec.convert(event, kind, from_attributes=True)

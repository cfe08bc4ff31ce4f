"""The facts of a world. An event carries all of its outcome: applying it needs no rule and no randomness.

On the wire an event is one JSON object: `v` (the version of its type), `type`, and its fields.
"""

from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

from bodybroker.generation.entities import Item, Phase
from bodybroker.kernel.ids import BranchId, EntityId, EventId
from bodybroker.world.proposals import Diff
from bodybroker.world.state import Equipment, Growth, Npc, Offer, Place, Player
from bodybroker.world.upcast import UnknownEvent as UnknownEvent
from bodybroker.world.upcast import upcast

Source = Literal["model", "procedural"]
PoliceOutcome = Literal["unnoticed", "chase", "arrest"]


class _Event(Struct, frozen=True, tag_field="type"):
    VERSION: ClassVar[int] = 1


class WorldCreated(_Event, frozen=True, tag="world_created"):
    """The first event of every world: all that its seed made."""

    seed: int
    district: str
    minute: int
    phase: Phase
    rank: str
    city_cents: int
    player: Player
    places: dict[EntityId, Place]
    npcs: dict[EntityId, Npc]


class Travelled(_Event, frozen=True, tag="travelled"):
    """The player walked; the minutes it took follow as `time_passed`."""

    from_id: EntityId
    place_id: EntityId


class TimePassed(_Event, frozen=True, tag="time_passed"):
    """The clock moved on by `minutes` to `minute`; heat and health are what they are then."""

    minutes: int
    minute: int
    heat: int
    health: int


class PhaseChanged(_Event, frozen=True, tag="phase_changed"):
    """Day turned to night or night to day."""

    phase: Phase
    minute: int


class PursesFilled(_Event, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money, by NPC, in cents."""

    amounts: dict[EntityId, int]


class MorgueRestocked(_Event, frozen=True, tag="morgue_restocked"):
    """New bodies came in, and the alarm calmed down to `alarm`."""

    place_id: EntityId
    items: tuple[Item, ...]
    alarm: int


class MorgueRobbed(_Event, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat and the morgue's alarm rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int
    alarm: int


class PoliceResponded(_Event, frozen=True, tag="police_responded"):
    """How the law answered a robbery: which of the items it brought back, what it cost, where the player ended up."""

    outcome: PoliceOutcome
    place_id: EntityId
    recovered: tuple[EntityId, ...]
    fine_cents: int
    heat: int
    health: int
    player_place_id: EntityId


class EquipmentBought(_Event, frozen=True, tag="equipment_bought"):
    """A piece of equipment stands in the lab from now on."""

    equipment: Equipment
    price_cents: int


class GrowthStarted(_Event, frozen=True, tag="growth_started"):
    """A part began to grow."""

    growth: Growth
    price_cents: int


class PartGrown(_Event, frozen=True, tag="part_grown"):
    """A growth is ready; `item` waits in its equipment."""

    growth_id: EntityId
    item: Item


class PartCollected(_Event, frozen=True, tag="part_collected"):
    """The player took a grown part; its equipment is free again."""

    growth_id: EntityId
    item_id: EntityId


class PartSold(_Event, frozen=True, tag="part_sold"):
    """An item changed hands for money, on a standing offer or at the market price."""

    npc_id: EntityId
    item: Item
    price_cents: int
    on_offer: bool


class RefusedDiff(Struct, frozen=True):
    """A diff of a proposal that a rule refused: which (its index), the rule's code and a reason."""

    index: int
    diff: Diff
    code: str
    reason: str


class TurnSpoken(_Event, frozen=True, tag="turn_spoken"):
    """An utterance and its answer; `refused` holds what was proposed and did not hold."""

    npc_id: EntityId
    player_text: str
    line: str
    source: Source
    model: str
    minute: int
    refused: tuple[RefusedDiff, ...]


class MoodChanged(_Event, frozen=True, tag="mood_changed"):
    """An NPC's mood is another."""

    npc_id: EntityId
    mood: str


class OfferMade(_Event, frozen=True, tag="offer_made"):
    """An NPC gave its word; it replaces any earlier offer of that NPC."""

    offer: Offer


class OfferWithdrawn(_Event, frozen=True, tag="offer_withdrawn"):
    """An offer is void: it ran out, or the NPC left."""

    npc_id: EntityId
    reason: Literal["expired", "left"]


class NpcLeft(_Event, frozen=True, tag="npc_left"):
    """An NPC walked away and stays away until the given minute."""

    npc_id: EntityId
    away_until: int


class WorldRewound(_Event, frozen=True, tag="world_rewound"):
    """The first event of a branch: the world stands where `from_branch` stood at `to_version`.

    `from_version` is how far that branch had come.
    """

    from_branch: BranchId
    from_version: int
    to_version: int


Event = (
    WorldCreated
    | Travelled
    | TimePassed
    | PhaseChanged
    | PursesFilled
    | MorgueRestocked
    | MorgueRobbed
    | PoliceResponded
    | EquipmentBought
    | GrowthStarted
    | PartGrown
    | PartCollected
    | PartSold
    | TurnSpoken
    | MoodChanged
    | OfferMade
    | OfferWithdrawn
    | NpcLeft
    | WorldRewound
)


class Recorded(Struct, frozen=True):
    """An event in its place in a branch. `seq` starts at 1 and has no gaps; `recorded_at` is ISO 8601 in UTC."""

    seq: int
    event_id: EventId
    recorded_at: str
    command_id: str
    event: Event


class _Header(Struct):
    type: str
    v: int


VERSIONS: dict[str, int] = {str(kind.__struct_config__.tag): kind.VERSION for kind in Event.__args__}
"""The version of every type of event, as it is written."""
_encode = msgspec.json.Encoder(order="sorted").encode
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_decode_header = msgspec.json.Decoder(_Header).decode


def encode(event: Event) -> bytes:
    """The event as JSON, with the version of its type."""
    return b'{"v":%d,' % event.VERSION + _encode(event)[1:]


def decode(data: bytes) -> Event:
    """The event in `data`, as of the version of its type that this code writes.

    Raises UnknownEvent on an unknown type or version, msgspec.ValidationError where the fields are wrong.
    """
    header = _decode_header(data)
    version = VERSIONS.get(header.type)
    if version != header.v:
        data = msgspec.json.encode(upcast(msgspec.json.decode(data), version or 0))
    return _decoder.decode(data)

"""The state of a world: what folding its events gives. Integers, strings and maps by id; frozen, shared, never mutated.

Money is in cents, time in game minutes since midnight of day 1, heat, health and quality in 0..100.
"""

from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bodybroker.generation.entities import Character, Item, Phase, Site
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.beliefs.state import BeliefsState
from bodybroker.world.bonds.state import BondsState
from bodybroker.world.city.state import CityState
from bodybroker.world.conflict.state import ConflictState
from bodybroker.world.crime.state import CrimeState
from bodybroker.world.empire.state import EmpireState
from bodybroker.world.houses.state import HousesState
from bodybroker.world.lab.state import LabState
from bodybroker.world.market.state import MarketState
from bodybroker.world.powers.state import PowersState
from bodybroker.world.story.state import StoryState
from bodybroker.world.talk.state import TalkState

SCHEMA_VERSION = 3

SealKind = Literal["purchase", "ban"]


class Player(Struct, frozen=True):
    """The body broker. `money_cents` is cash from the street, `clean_cents` what fronts have laundered."""

    place_id: EntityId
    money_cents: int
    heat: int
    health: int
    inventory: dict[EntityId, Item]
    humanity: int = 100
    clean_cents: int = 0


class Place(Struct, frozen=True):
    """A site and what has happened to it: its stock, and how alert it is (chance per mille that its alarm rings)."""

    site: Site
    stock: dict[EntityId, Item]
    alarm: int


class Npc(Struct, frozen=True):
    """A character and what has happened to it. Before `away_until` (a minute) it is nowhere to be found."""

    character: Character
    mood: str
    purse_cents: int
    away_until: int


class Tally(Struct, frozen=True):
    """What the player has done so far: the counters that the story reads."""

    robberies: int = 0
    chases: int = 0
    arrests: int = 0
    parts_grown: int = 0
    parts_sold: int = 0
    earned_cents: int = 0
    turns_spoken: int = 0
    kills: int = 0


class Seal(Struct, frozen=True):
    """The event of that version recorded what cannot be undone: no branch leaves the history before it."""

    version: int
    kind: SealKind


class State(Struct, frozen=True):
    """A world at one version.

    The maps have no order: whoever walks one and makes a difference by it walks it sorted by id.
    `version` counts the events applied. `moment` counts them without rewinds, seals and what only tells of the world,
    and names the random stream of the next decision: a replay after a rewind rolls the same dice, and so does a world
    whose places are described while it is played. `city_cents` is the money of everybody else: shops, courts and
    paymasters; with the player's and the purses it always adds up to the same sum.
    """

    schema_version: int
    version: int
    moment: int
    seed: int
    district: str
    minute: int
    phase: Phase
    rank: str
    city_cents: int
    player: Player
    places: dict[EntityId, Place]
    npcs: dict[EntityId, Npc]
    tally: Tally
    city: CityState
    crime: CrimeState
    lab: LabState
    powers: PowersState
    conflict: ConflictState
    market: MarketState
    houses: HousesState
    empire: EmpireState
    story: StoryState
    bonds: BondsState
    talk: TalkState
    beliefs: BeliefsState
    seal: Seal | None = None


class UnknownSchema(ValueError):
    """The bytes hold a state of another schema version: rebuild it from the events."""


class _Header(Struct):
    schema_version: int


_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(State).decode
_decode_header = msgspec.json.Decoder(_Header).decode


def encode(state: State) -> bytes:
    """Canonical JSON: the same state gives the same bytes everywhere."""
    return _encode(state)


def decode(data: bytes) -> State:
    """The state in `data`; raises UnknownSchema on another schema version, msgspec.ValidationError on anything else."""
    found = _decode_header(data).schema_version
    if found != SCHEMA_VERSION:
        raise UnknownSchema(f"state of schema version {found}, this code reads {SCHEMA_VERSION}")
    return _decode(data)


def hash(state: State) -> str:
    """SHA-256 of the encoded state, in hex."""
    return sha256(_encode(state)).hexdigest()


def today(state: State) -> int:
    """The day, counted from 0 at midnight."""
    return state.minute // MINUTES_PER_DAY


def heated(state: State, points: int) -> int:
    """Heat after it rose by `points`."""
    return min(100, state.player.heat + points)


def paid(state: State, price_cents: int) -> dict[str, object]:
    """What changes when the player pays the city."""
    player = replace(state.player, money_cents=state.player.money_cents - price_cents)
    return {"player": player, "city_cents": state.city_cents + price_cents}

"""What the city records."""

from bodybroker.generation.entities import Phase
from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.city.state import CityState, Weather
from bodybroker.world.houses.state import HousesState
from bodybroker.world.market.state import MarketState
from bodybroker.world.state import Npc, Place, Player, SealKind


class WorldCreated(BaseEvent, frozen=True, tag="world_created"):
    """The first event of every world: all that its seed made."""

    VERSION = 2

    seed: int
    district: str
    minute: int
    phase: Phase
    rank: str
    city_cents: int
    player: Player
    places: dict[EntityId, Place]
    npcs: dict[EntityId, Npc]
    city: CityState
    houses: HousesState
    market: MarketState = MarketState()


class Travelled(BaseEvent, frozen=True, tag="travelled"):
    """The player walked; the minutes it took follow as `time_passed`."""

    from_id: EntityId
    place_id: EntityId


class TimePassed(BaseEvent, frozen=True, tag="time_passed"):
    """The clock moved on by `minutes` to `minute`; heat and health are what they are then."""

    minutes: int
    minute: int
    heat: int
    health: int


class TimeSkipped(BaseEvent, frozen=True, tag="time_skipped"):
    """While the player was away whole days went by of which nothing is told; the clock stands at `minute`."""

    days: int
    minute: int
    heat: int


class PhaseChanged(BaseEvent, frozen=True, tag="phase_changed"):
    """Day turned to night or night to day."""

    phase: Phase
    minute: int


class WeatherChanged(BaseEvent, frozen=True, tag="weather_changed"):
    """Another weather from now on."""

    weather: Weather


class WorldRewound(BaseEvent, frozen=True, tag="world_rewound"):
    """The first event of a branch: the world stands where `from_branch` stood at `to_version`.

    `from_version` is how far that branch had come.
    """

    from_branch: BranchId
    from_version: int
    to_version: int


class WorldSealed(BaseEvent, frozen=True, tag="world_sealed"):
    """Something happened that cannot be undone, such as a purchase for real money; `reference` finds it outside."""

    kind: SealKind
    reference: str

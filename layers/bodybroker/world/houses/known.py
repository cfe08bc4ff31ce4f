"""Its events as the player may know them."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.houses.events import Ties
from bodybroker.world.houses.state import Rumour


class HousesAdvanced(KnownEvent, frozen=True, tag="houses_advanced"):
    """An evening of politics: what the street says of it, and what it changed for the player."""

    day: int
    rumours: tuple[Rumour, ...]
    ties: Ties
    dues: dict[EntityId, int]

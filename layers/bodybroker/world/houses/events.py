"""What the houses record. `ties` are what the player is then to the houses named."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.houses.happenings import Happening
from bodybroker.world.houses.state import Attempt, Rumour, Tie

Ties = dict[EntityId, Tie]


class HousesAdvanced(BaseEvent, frozen=True, tag="houses_advanced"):
    """An evening of politics: what happened, what the street hears of it, dues that the player paid, who hunts."""

    day: int
    happenings: tuple[Happening, ...]
    rumours: tuple[Rumour, ...]
    ties: Ties
    dues: dict[EntityId, int]
    attempt: Attempt | None


class TributePaid(BaseEvent, frozen=True, tag="tribute_paid"):
    """The player gave a house money."""

    house_id: EntityId
    cents: int
    ties: Ties


class AllianceMade(BaseEvent, frozen=True, tag="alliance_made"):
    """A house and the player made a treaty."""

    house_id: EntityId
    ties: Ties


class HouseSpiedOn(BaseEvent, frozen=True, tag="house_spied_on"):
    """The player sent a spy into a house."""

    house_id: EntityId
    cents: int
    caught: bool
    ties: Ties


class HouseBetrayed(BaseEvent, frozen=True, tag="house_betrayed"):
    """The player sold an ally to another house; the ally lost `strength`."""

    house_id: EntityId
    for_house_id: EntityId
    cents: int
    strength: int
    ties: Ties


class PeaceMade(BaseEvent, frozen=True, tag="peace_made"):
    """The player paid a house to hunt less."""

    house_id: EntityId
    cents: int
    ties: Ties


class FavourDone(BaseEvent, frozen=True, tag="favour_done"):
    """The player gave a house the part that it had asked for."""

    house_id: EntityId
    item: Item
    ties: Ties


class StandingsChanged(BaseEvent, frozen=True, tag="standings_changed"):
    """Houses saw with whom the player trades."""

    ties: Ties


class HuntersCame(BaseEvent, frozen=True, tag="hunters_came"):
    """Hunters of a house came for the player, and found the player or not."""

    house_id: EntityId
    found: bool


class HuntChanged(BaseEvent, frozen=True, tag="hunt_changed"):
    """What a fight with hunters left behind; the house lost `strength`."""

    house_id: EntityId
    strength: int
    ties: Ties

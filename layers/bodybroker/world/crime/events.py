"""What crimes and the law record."""

from typing import Literal

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent

PoliceOutcome = Literal["unnoticed", "chase", "arrest"]


class MorgueRestocked(BaseEvent, frozen=True, tag="morgue_restocked"):
    """New bodies came in, and the alarm calmed down to `alarm`."""

    place_id: EntityId
    items: tuple[Item, ...]
    alarm: int


class MorgueRobbed(BaseEvent, frozen=True, tag="morgue_robbed"):
    """The player took items out of a morgue; heat and the morgue's alarm rose to what is given."""

    place_id: EntityId
    items: tuple[Item, ...]
    heat: int
    alarm: int


class PoliceResponded(BaseEvent, frozen=True, tag="police_responded"):
    """How the law answered a robbery: which of the items it brought back, what it cost, where the player ended up."""

    outcome: PoliceOutcome
    place_id: EntityId
    recovered: tuple[EntityId, ...]
    fine_cents: int
    heat: int
    health: int
    player_place_id: EntityId

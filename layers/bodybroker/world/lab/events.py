"""What the lab, its stores and its couriers record."""

from typing import Literal

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.lab.state import Equipment, Growth, Route, Tenure, Trip

RestReason = Literal["no_store", "no_runner", "nothing_there", "no_room", "no_money"]


class EquipmentBought(BaseEvent, frozen=True, tag="equipment_bought"):
    """A piece of equipment stands in the lab from now on."""

    equipment: Equipment
    price_cents: int


class EquipmentRepaired(BaseEvent, frozen=True, tag="equipment_repaired"):
    """A piece of equipment is as good as new."""

    equipment_id: EntityId
    price_cents: int


class EquipmentCleaned(BaseEvent, frozen=True, tag="equipment_cleaned"):
    """A piece of equipment is clean again."""

    equipment_id: EntityId
    price_cents: int


class EquipmentSold(BaseEvent, frozen=True, tag="equipment_sold"):
    """A piece of equipment has left the lab."""

    equipment_id: EntityId
    price_cents: int


class GrowthStarted(BaseEvent, frozen=True, tag="growth_started"):
    """A part began to grow; its equipment is now so worn and so dirty (None: as before)."""

    growth: Growth
    price_cents: int
    wear: int | None = None
    dirt: int | None = None


class PartGrown(BaseEvent, frozen=True, tag="part_grown"):
    """A growth is ready; `item` waits in its equipment."""

    growth_id: EntityId
    item: Item


class PartCollected(BaseEvent, frozen=True, tag="part_collected"):
    """The player took a grown part; its equipment is free again."""

    growth_id: EntityId
    item_id: EntityId


class IngredientsBought(BaseEvent, frozen=True, tag="ingredients_bought"):
    """The player bought an ingredient, on that day of the dealers (counted in dawns)."""

    ingredient: str
    count: int
    price_cents: int
    day: int


class PartTreated(BaseEvent, frozen=True, tag="part_treated"):
    """A part was treated, for better or worse: `item` is what came out. `used` is what is gone of each ingredient."""

    recipe: str
    outcome: Literal["treated", "failed"]
    item: Item
    used: dict[str, int]
    equipment_id: EntityId
    wear: int
    dirt: int


class PartsAged(BaseEvent, frozen=True, tag="parts_aged"):
    """Half a day of decay: what freshness is left of each part, which ones are newly contaminated, and which ones
    have rotted away and are no more."""

    freshness: dict[EntityId, int]
    contaminated: tuple[EntityId, ...]
    rotten: tuple[EntityId, ...]


class ItemsStored(BaseEvent, frozen=True, tag="items_stored"):
    """The player put items of the bag into a stash."""

    place_id: EntityId
    item_ids: tuple[EntityId, ...]


class ItemsTaken(BaseEvent, frozen=True, tag="items_taken"):
    """The player took items out of a stash."""

    place_id: EntityId
    item_ids: tuple[EntityId, ...]


class WarehouseAcquired(BaseEvent, frozen=True, tag="warehouse_acquired"):
    """A warehouse is let or sold to the player."""

    place_id: EntityId
    tenure: Tenure
    price_cents: int


class WarehouseLeft(BaseEvent, frozen=True, tag="warehouse_left"):
    """The player gave up a rented warehouse."""

    place_id: EntityId


class RentDue(BaseEvent, frozen=True, tag="rent_due"):
    """Rents at dawn: what was paid for which warehouse, how many days are now owed for the others, and which ones the
    landlord has cleared out, with all that lay there."""

    paid: dict[EntityId, int]
    unpaid_days: dict[EntityId, int]
    cleared: dict[EntityId, tuple[EntityId, ...]]


class CourierSent(BaseEvent, frozen=True, tag="courier_sent"):
    """A courier set out with items of a stash or a morgue, for so much in all; on a supply route where one is named."""

    trip: Trip
    price_cents: int
    route_id: EntityId | None = None


class CourierArrived(BaseEvent, frozen=True, tag="courier_arrived"):
    """A courier delivered at a stash; what found no room there is lost."""

    trip_id: EntityId
    place_id: EntityId
    lost: tuple[EntityId, ...]


class CourierCaught(BaseEvent, frozen=True, tag="courier_caught"):
    """The police caught a courier: runner and items are gone, and heat rose to what is given."""

    trip_id: EntityId
    item_ids: tuple[EntityId, ...]
    heat: int


class RouteOpened(BaseEvent, frozen=True, tag="route_opened"):
    """A supply route runs from now on; `price_cents` made the contact."""

    route: Route
    price_cents: int


class RouteClosed(BaseEvent, frozen=True, tag="route_closed"):
    """A supply route has ended."""

    route_id: EntityId


class RoutesRested(BaseEvent, frozen=True, tag="routes_rested"):
    """Dawn: the supply routes on which nobody set out, and why not."""

    reasons: dict[EntityId, RestReason]

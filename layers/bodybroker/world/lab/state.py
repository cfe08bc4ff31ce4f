"""What stands and grows in the lab, what lies in the stores, and what is on its way between them."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.ids import EntityId

PAR = 70
"""The quality of equipment from before there were grades."""

Tenure = Literal["own", "rent"]


class Equipment(Struct, frozen=True):
    """A piece of the lab; while a growth is in it, `growth_id` names it. Quality, wear and dirt in 0..100."""

    equipment_id: EntityId
    kind: str
    growth_id: EntityId | None
    provenance: Provenance
    quality: int = PAR
    wear: int = 0
    dirt: int = 0


class Growth(Struct, frozen=True):
    """A part that grows in a piece of equipment, as it will come out; `item` is there once it has grown."""

    growth_id: EntityId
    equipment_id: EntityId
    part: str
    quality: int
    started_minute: int
    ready_minute: int
    item: Item | None
    contaminated: bool = False


class Store(Struct, frozen=True):
    """What lies in a stash: the hideout or a warehouse. `unpaid_days` of rent are owed for it."""

    tenure: Tenure = "own"
    items: dict[EntityId, Item] = {}
    unpaid_days: int = 0


class Trip(Struct, frozen=True):
    """A runner of the crew on the way with items from one place to another, there at `due_minute`."""

    trip_id: EntityId
    runner_id: EntityId
    from_place: EntityId
    to_place: EntityId
    items: dict[EntityId, Item]
    due_minute: int


class Route(Struct, frozen=True):
    """A supply route: every dawn a courier brings up to `count` parts."""

    route_id: EntityId
    from_place: EntityId
    to_place: EntityId
    count: int


class LabState(Struct, frozen=True):
    """Equipment, growths, trips and routes by id, stores by place, ingredients by name.

    `bought` counts what the dealers have sold since the dawn of `bought_day`.
    """

    equipment: dict[EntityId, Equipment] = {}
    growths: dict[EntityId, Growth] = {}
    stores: dict[EntityId, Store] = {}
    ingredients: dict[str, int] = {}
    bought: dict[str, int] = {}
    bought_day: int = 0
    trips: dict[EntityId, Trip] = {}
    routes: dict[EntityId, Route] = {}

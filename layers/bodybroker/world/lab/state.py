"""What stands and grows in the lab."""

from msgspec import Struct

from bodybroker.generation.entities import Item, Provenance
from bodybroker.kernel.ids import EntityId


class Equipment(Struct, frozen=True):
    """A piece of the lab; while a growth is in it, `growth_id` names it."""

    equipment_id: EntityId
    kind: str
    growth_id: EntityId | None
    provenance: Provenance


class Growth(Struct, frozen=True):
    """A part that grows in a piece of equipment, with the quality it will have; `item` is there once it has grown."""

    growth_id: EntityId
    equipment_id: EntityId
    part: str
    quality: int
    started_minute: int
    ready_minute: int
    item: Item | None


class LabState(Struct, frozen=True):
    """The lab: equipment and growths by id."""

    equipment: dict[EntityId, Equipment] = {}
    growths: dict[EntityId, Growth] = {}

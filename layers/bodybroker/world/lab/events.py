"""What the lab records."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.lab.state import Equipment, Growth


class EquipmentBought(BaseEvent, frozen=True, tag="equipment_bought"):
    """A piece of equipment stands in the lab from now on."""

    equipment: Equipment
    price_cents: int


class GrowthStarted(BaseEvent, frozen=True, tag="growth_started"):
    """A part began to grow."""

    growth: Growth
    price_cents: int


class PartGrown(BaseEvent, frozen=True, tag="part_grown"):
    """A growth is ready; `item` waits in its equipment."""

    growth_id: EntityId
    item: Item


class PartCollected(BaseEvent, frozen=True, tag="part_collected"):
    """The player took a grown part; its equipment is free again."""

    growth_id: EntityId
    item_id: EntityId

"""Its events as the player may know them."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent


class Growing(Struct, frozen=True):
    """A part that grows in a piece of equipment; its quality shows when it is collected."""

    growth_id: EntityId
    equipment_id: EntityId
    part: str
    started_minute: int
    ready_minute: int


class GrowthStarted(KnownEvent, frozen=True, tag="growth_started"):
    """A part began to grow; its equipment is now so worn and so dirty."""

    growth: Growing
    price_cents: int
    wear: int | None
    dirt: int | None


class PartGrown(KnownEvent, frozen=True, tag="part_grown"):
    """A growth is ready and waits in its equipment."""

    growth_id: EntityId

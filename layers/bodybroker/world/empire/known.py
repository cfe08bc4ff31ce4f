"""Its events as the player may know them."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent


class Recruit(Struct, frozen=True):
    """One who works for the player; how loyal, nobody knows."""

    member_id: EntityId
    name: str
    role: str
    skill: int
    wage_cents: int


class CrewHired(KnownEvent, frozen=True, tag="crew_hired"):
    """Somebody works for the player from now on."""

    member: Recruit
    price_cents: int


class PaydayCame(KnownEvent, frozen=True, tag="payday_came"):
    """A dawn: upkeep and wages that were paid, who went without, and who left over it."""

    upkeep_cents: int
    wages_cents: int
    unpaid: tuple[EntityId, ...]
    left: tuple[EntityId, ...]
    unpaid_days: int

"""What the empire records."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.empire.state import CrewMember, Front

Parting = Literal["dismissed", "caught", "killed", "defected"]


class CrewHired(BaseEvent, frozen=True, tag="crew_hired"):
    """Somebody works for the player from now on."""

    member: CrewMember
    price_cents: int


class CrewLost(BaseEvent, frozen=True, tag="crew_lost"):
    """Somebody does not work for the player any more."""

    member_id: EntityId
    reason: Parting


class PaydayCame(BaseEvent, frozen=True, tag="payday_came"):
    """A dawn: upkeep and wages that were paid, who went without, everybody's loyalty then, and who left over it."""

    upkeep_cents: int
    wages_cents: int
    unpaid: tuple[EntityId, ...]
    loyalties: dict[EntityId, int]
    left: tuple[EntityId, ...]
    unpaid_days: int


class RankRisen(BaseEvent, frozen=True, tag="rank_risen"):
    """The player rose to a rank."""

    rank: str
    fee_cents: int
    clean_fee_cents: int


class RankLost(BaseEvent, frozen=True, tag="rank_lost"):
    """The player could not keep a rank and stands on the one below."""

    rank: str


class FrontBought(BaseEvent, frozen=True, tag="front_bought"):
    """A front opened."""

    front: Front
    price_cents: int


class FrontSold(BaseEvent, frozen=True, tag="front_sold"):
    """A front was sold; what was in its till goes with the price, as cash."""

    front_id: EntityId
    price_cents: int


class CashDeposited(BaseEvent, frozen=True, tag="cash_deposited"):
    """Cash went into a front's till."""

    front_id: EntityId
    cents: int


class CashWithdrawn(BaseEvent, frozen=True, tag="cash_withdrawn"):
    """Clean money became cash."""

    cents: int


class Laundered(Struct, frozen=True):
    """What one front did in a day: `cents` left its till, `cut_cents` of them stayed with the city."""

    cents: int
    cut_cents: int


class MoneyLaundered(BaseEvent, frozen=True, tag="money_laundered"):
    """A day's laundering, by front, and the exposure after it."""

    fronts: dict[EntityId, Laundered]
    exposure: int


class FrontAudited(BaseEvent, frozen=True, tag="front_audited"):
    """The tax office took a front's till and closed it until a minute."""

    front_id: EntityId
    seized_cents: int
    closed_until: int
    exposure: int

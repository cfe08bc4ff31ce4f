"""What the night market records."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.market.state import FalseNotes, Offer, Order
from bodybroker.world.state import Npc

HaggleOutcome = Literal["accepted", "countered", "refused", "insulted"]
Mishap = Literal["ambush", "sting", "no_show"]


class PursesFilled(BaseEvent, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money, by NPC, in cents."""

    amounts: dict[EntityId, int]


class PartSold(BaseEvent, frozen=True, tag="part_sold"):
    """An item changed hands for money, on a standing offer or at the market price."""

    npc_id: EntityId
    item: Item
    price_cents: int
    on_offer: bool


class DealSettled(BaseEvent, frozen=True, tag="deal_settled"):
    """What a sale left behind: the player's reputation, indices of demand (by `race/part`), and how much of the money

    is false, which nobody knows yet.
    """

    VERSION = 2

    npc_id: EntityId
    reputation: int
    demand: dict[str, int]
    false_cents: int


class DealFailed(BaseEvent, frozen=True, tag="deal_failed"):
    """A deal came to nothing; the customer is gone until `away_until` (a minute; 0 where it is not)."""

    npc_id: EntityId
    how: Mishap
    away_until: int


class Haggled(BaseEvent, frozen=True, tag="haggled"):
    """The player asked for more; an offer follows where the NPC gave in."""

    VERSION = 2

    npc_id: EntityId
    item: Item
    ask_cents: int
    outcome: HaggleOutcome


class OfferMade(BaseEvent, frozen=True, tag="offer_made"):
    """An NPC gave its word; it replaces any earlier offer of that NPC."""

    offer: Offer


class OfferWithdrawn(BaseEvent, frozen=True, tag="offer_withdrawn"):
    """An offer is void: it ran out, or the NPC left."""

    npc_id: EntityId
    reason: Literal["expired", "left"]


class FalseMoneyFound(BaseEvent, frozen=True, tag="false_money_found"):
    """Notes among the player's cash turned out false and are burnt."""

    notes: tuple[FalseNotes, ...]
    lost_cents: int


class TempersCooled(BaseEvent, frozen=True, tag="tempers_cooled"):
    """The moods of those who have slept on it."""

    moods: dict[EntityId, str]


class DemandRecovered(BaseEvent, frozen=True, tag="demand_recovered"):
    """All the indices of demand that are still below the usual."""

    demand: dict[str, int]


class CustomersArrived(BaseEvent, frozen=True, tag="customers_arrived"):
    """New NPCs live in the district, their purses empty."""

    npcs: dict[EntityId, Npc]


class OrdersPlaced(BaseEvent, frozen=True, tag="orders_placed"):
    """Customers ask for parts."""

    orders: tuple[Order, ...]


class OrderPromised(BaseEvent, frozen=True, tag="order_promised"):
    """The player gave his word."""

    order_id: EntityId


class OrderDelivered(BaseEvent, frozen=True, tag="order_delivered"):
    """A promise was kept; `price_cents` came from the customer's purse but for what its kin (the city) added."""

    VERSION = 2

    order_id: EntityId
    npc_id: EntityId
    item: Item
    price_cents: int
    kin_cents: int
    reputation: int


class OrdersLapsed(BaseEvent, frozen=True, tag="orders_lapsed"):
    """Orders are void; promises among them are broken, which the customers remember."""

    VERSION = 2

    order_ids: tuple[EntityId, ...]
    broken_ids: tuple[EntityId, ...]
    reputation: int


class IntermediaryEngaged(BaseEvent, frozen=True, tag="intermediary_engaged"):
    """An NPC sells for the player."""

    npc_id: EntityId
    share_per_mille: int


class GoodsConsigned(BaseEvent, frozen=True, tag="goods_consigned"):
    """An intermediary holds goods of the player."""

    npc_id: EntityId
    items: tuple[Item, ...]


class Sale(Struct, frozen=True):
    """What an intermediary sold: the price that it tells, what the player gets of it, what it kept untold."""

    npc_id: EntityId
    item: Item
    price_cents: int
    player_cents: int
    skim_cents: int


class ConsignmentsSold(BaseEvent, frozen=True, tag="consignments_sold"):
    """The night's sales of all intermediaries; reputation and all demand are what they are then."""

    sales: tuple[Sale, ...]
    reputation: int
    demand: dict[str, int]


class IntermediaryDefected(BaseEvent, frozen=True, tag="intermediary_defected"):
    """An intermediary made off with the goods and hides until `away_until`.

    A house that hunts the player took them in: `cents`, which the city pays for them, are its own.
    """

    VERSION = 2

    npc_id: EntityId
    items: tuple[Item, ...]
    away_until: int
    house_id: EntityId | None = None
    cents: int = 0


class IntermediaryAudited(BaseEvent, frozen=True, tag="intermediary_audited"):
    """The books were read: what was found skimmed, and how much of it came back."""

    VERSION = 2

    npc_id: EntityId
    found_cents: int
    repaid_cents: int


class IntermediaryDismissed(BaseEvent, frozen=True, tag="intermediary_dismissed"):
    """An intermediary gave the goods back and is none any more."""

    npc_id: EntityId
    items: tuple[Item, ...]

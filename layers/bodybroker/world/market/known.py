"""Its events as the player may know them."""

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.market.events import Mishap


class PursesFilled(KnownEvent, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money."""


class DealSettled(KnownEvent, frozen=True, tag="deal_settled"):
    """What the market thinks of the player after a sale."""

    npc_id: EntityId
    reputation: int


class DealFailed(KnownEvent, frozen=True, tag="deal_failed"):
    """A deal came to nothing."""

    npc_id: EntityId
    how: Mishap


class TempersCooled(KnownEvent, frozen=True, tag="tempers_cooled"):
    """Some have slept on it."""


class DemandRecovered(KnownEvent, frozen=True, tag="demand_recovered"):
    """Customers can bear to see again what they had too much of."""


class CustomersArrived(KnownEvent, frozen=True, tag="customers_arrived"):
    """Somebody new haunts the district."""


class Sale(Struct, frozen=True):
    """What an intermediary says that it sold."""

    npc_id: EntityId
    item: Item
    price_cents: int
    player_cents: int


class ConsignmentsSold(KnownEvent, frozen=True, tag="consignments_sold"):
    """What the intermediaries say of the night."""

    sales: tuple[Sale, ...]
    reputation: int


class IntermediaryDefected(KnownEvent, frozen=True, tag="intermediary_defected"):
    """An intermediary made off with the goods."""

    npc_id: EntityId
    items: tuple[Item, ...]

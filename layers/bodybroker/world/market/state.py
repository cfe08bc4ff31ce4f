"""What the night market remembers: words given, the player's name, what is asked for."""

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId


class Offer(Struct, frozen=True):
    """An NPC's standing word to pay `price_cents` for one `part` worth `quality` or more, until `expires_minute`."""

    npc_id: EntityId
    part: str
    price_cents: int
    expires_minute: int
    quality: int = 0


class Order(Struct, frozen=True):
    """A part that a customer asks for: `price_cents` for one worth `quality` or more, delivered by `deadline_minute`.

    `treated_for` names the race that it must be prepared for, or nobody. `promised` once the player gave his word.
    """

    order_id: EntityId
    npc_id: EntityId
    part: str
    quality: int
    treated_for: str | None
    price_cents: int
    deadline_minute: int
    promised: bool = False


class Intermediary(Struct, frozen=True):
    """An NPC who sells for the player: its share of each price, the goods it holds, and what it has skimmed so far."""

    npc_id: EntityId
    share_per_mille: int
    stock: dict[EntityId, Item] = {}
    skimmed_cents: int = 0


class FalseNotes(Struct, frozen=True):
    """False money among the player's cash, and whose it was."""

    npc_id: EntityId
    cents: int


class MarketState(Struct, frozen=True):
    """The night market.

    `reputation` (0..1000) is the player's name among the customers; `demand` holds the index (per mille of the usual)
    of each `race/part` of which too much was sold lately.
    """

    offers: dict[EntityId, Offer] = {}
    reputation: int = 0
    demand: dict[str, int] = {}
    false_notes: tuple[FalseNotes, ...] = ()
    orders: dict[EntityId, Order] = {}
    intermediaries: dict[EntityId, Intermediary] = {}

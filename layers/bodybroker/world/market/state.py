"""What NPCs have promised."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId


class Offer(Struct, frozen=True):
    """An NPC's standing word to pay `price_cents` for one `part`, good until `expires_minute`."""

    npc_id: EntityId
    part: str
    price_cents: int
    expires_minute: int


class MarketState(Struct, frozen=True):
    """The market: standing offers by NPC."""

    offers: dict[EntityId, Offer] = {}

"""What the night market records."""

from typing import Literal

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.market.state import Offer


class PursesFilled(BaseEvent, frozen=True, tag="purses_filled"):
    """The city's paymasters gave NPCs money, by NPC, in cents."""

    amounts: dict[EntityId, int]


class PartSold(BaseEvent, frozen=True, tag="part_sold"):
    """An item changed hands for money, on a standing offer or at the market price."""

    npc_id: EntityId
    item: Item
    price_cents: int
    on_offer: bool


class OfferMade(BaseEvent, frozen=True, tag="offer_made"):
    """An NPC gave its word; it replaces any earlier offer of that NPC."""

    offer: Offer


class OfferWithdrawn(BaseEvent, frozen=True, tag="offer_withdrawn"):
    """An offer is void: it ran out, or the NPC left."""

    npc_id: EntityId
    reason: Literal["expired", "left"]

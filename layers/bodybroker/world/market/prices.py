"""What an NPC pays: its standing offer, or else the market price. Cents."""

from bodybroker.generation.entities import Item
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State


def trades(npc: Npc, rules: Rules) -> bool:
    """Whether the NPC is in a mood to trade."""
    mood = rules.market.moods.get(npc.mood)
    return mood is not None and mood.trades


def market_price(npc: Npc, item: Item, rules: Rules) -> int:
    """What the NPC pays for an item that it wants: by quality and mood, within its own floor and cap."""
    taste = npc.character.tastes[item.part]
    usual = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * item.quality // 100
    price = usual * rules.market.moods[npc.mood].price_per_mille // 1000
    return min(max(price, taste.floor_cents), taste.cap_cents)


def quote(state: State, npc: Npc, item: Item, rules: Rules) -> tuple[int, bool]:
    """The price of a sale now, and whether it is the NPC's standing offer for that part."""
    offer = state.market.offers.get(npc.character.npc_id)
    if offer is not None and offer.part == item.part:
        return offer.price_cents, True
    return market_price(npc, item, rules), False

"""What an NPC pays: its standing offer, or else the market price. Cents."""

from functools import lru_cache

from bodybroker.generation.entities import Item
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs import opinions
from bodybroker.world.bonds.between import bond
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.houses import relations as houses
from bodybroker.world.market import worth
from bodybroker.world.market.reputation import access
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State, today

USUAL = 1000


def trades(npc: Npc, rules: Rules) -> bool:
    """Whether the NPC is in a mood to trade."""
    mood = rules.market.moods.get(npc.mood)
    return mood is not None and mood.trades


def deals(state: State, npc: Npc, rules: Rules) -> bool:
    """Whether the NPC would trade with this player now."""
    if not trades(npc, rules) or access(state, npc.character.race, rules) == "closed":
        return False
    return not opinions.refuses(state, rules, npc.character.npc_id)


def market_price(state: State, npc: Npc, item: Item, rules: Rules) -> int:
    """What the NPC pays for an item that it wants, by all that moves prices, within its own floor and cap."""
    taste, race, market = npc.character.tastes[item.part], npc.character.race, rules.market
    holds = bond(state, npc.character.npc_id, PLAYER, rules)
    price = taste.floor_cents + (taste.cap_cents - taste.floor_cents) * worth.quality(item) // 100
    for per_mille in (
        market.moods[npc.mood].price_per_mille,
        demand(state, race, item.part),
        market.prices.fashion_per_mille if item.part == fashion(state, race, rules) else USUAL,
        market.prices.stranger_per_mille + holds.trust * market.prices.per_trust,
        USUAL + holds.desire * market.prices.per_desire,
        USUAL + state.market.reputation * market.prices.per_100_reputation // 100,
        USUAL if access(state, race, rules) == "open" else rules.customers.fringe.price_per_mille,
        worth.per_mille(item, race, rules),
        opinions.price_per_mille(state, rules, npc.character.npc_id),
        houses.price_per_mille(state, rules, npc.character.npc_id),
        scaled(USUAL, "prices", state, rules),
    ):
        price = price * per_mille // 1000
    return min(max(price, taste.floor_cents), taste.cap_cents)


def quote(state: State, npc: Npc, item: Item, rules: Rules) -> tuple[int, bool]:
    """The price of a sale now, and whether it is the NPC's standing offer for such a part."""
    offer = state.market.offers.get(npc.character.npc_id)
    if offer is not None and offer.part == item.part and worth.quality(item) >= offer.quality:
        return offer.price_cents, True
    return market_price(state, npc, item, rules), False


def demand(state: State, race: str, part: str) -> int:
    """How much of the usual price that race pays for that part after what was sold lately, per mille."""
    return state.market.demand.get(f"{race}/{part}", USUAL)


def after_sale(state: State, race: str, part: str, rules: Rules) -> int:
    """The demand once one more was sold."""
    left = demand(state, race, part) * (1000 - rules.market.prices.glut_per_sale) // 1000
    return max(left, rules.market.prices.glut_lowest)


def recovered(state: State, rules: Rules) -> dict[str, int]:
    """All demand that is below the usual, one day later."""
    indices = {key: index + rules.market.prices.glut_recovery for key, index in sorted(state.market.demand.items())}
    return {key: index for key, index in indices.items() if index < USUAL}


def fashion(state: State, race: str, rules: Rules) -> str:
    """The part that a race is mad about this week, whatever the player does."""
    week = today(state) // rules.market.prices.fashion_days
    return _fashion(state.seed, race, week, tuple(rules.races.races[race].appetite))


@lru_cache(maxsize=256)
def _fashion(seed: int, race: str, week: int, parts: tuple[str, ...]) -> str:
    """Kept, because every price asks for it."""
    return Stream(seed, "fashion", race, str(week)).choice(sorted(parts))

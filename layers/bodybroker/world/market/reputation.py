"""The player's name among customers, and which of them deal with a player of his name."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.world.market import worth
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State

Access = Literal["open", "fringe", "closed"]
"""Whether a tier deals with the player: at its prices, at worse ones, or not."""

BEST_REPUTATION = 1000


class Impression(Struct, frozen=True):
    """What a part leaves with its buyer: why in a word, points of trust and desire, and the reputation that follows."""

    cause: str
    trust: int
    desire: int
    reputation: int


def reputation(state: State, change: int) -> int:
    """The player's reputation after it changed by so much."""
    return min(max(state.market.reputation + change, 0), BEST_REPUTATION)


def access(state: State, race: str, rules: Rules) -> Access:
    """Whether customers of that race deal with the player."""
    tier = rules.customers.tiers[rules.customers.races[race].tier - 1]
    missing = tier.reputation - state.market.reputation
    if missing <= 0 or state.rank in tier.ranks:
        return "open"
    return "fringe" if missing <= rules.customers.fringe.reputation else "closed"


def impression(state: State, npc: Npc, item: Item, rules: Rules) -> Impression:
    """What that NPC makes of that item, once it has bought it."""
    race, trust, desire = npc.character.race, rules.customers.trust, rules.customers.desire
    quality = worth.quality(item)
    if worth.is_foul(item, rules):
        return Impression("foul_part", -trust.foul, 0, reputation(state, -rules.customers.standing.foul))
    if quality < trust.poor_quality:
        return Impression("poor_part", -trust.poor, 0, state.market.reputation)
    gained = reputation(state, rules.customers.tiers[rules.customers.races[race].tier - 1].deal_reputation)
    if quality < trust.good_quality:
        return Impression("fair_part", trust.fair, 0, gained)
    return Impression("good_part", trust.good, desire.good, gained)

"""How NPCs stand to the player, and which of them deal with a player of his name."""

from typing import Literal

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.market import worth
from bodybroker.world.market.state import Relation
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State

Access = Literal["open", "fringe", "closed"]
"""Whether a tier deals with the player: at its prices, at worse ones, or not."""

BEST_REPUTATION = 1000


def relation(state: State, npc_id: EntityId) -> Relation:
    """How that NPC stands to the player; a stranger's as its race begins."""
    known = state.market.relations.get(npc_id)
    if known is not None:
        return known
    return Relation(trust=state.market.first_trust.get(state.npcs[npc_id].character.race, Relation().trust))


def moved(state: State, npc_id: EntityId, trust: int = 0, fear: int = 0, respect: int = 0) -> Relation:
    """The relation after it gained or lost so many points."""
    now = relation(state, npc_id)
    return replace(
        now,
        trust=_score(now.trust + trust),
        fear=_score(now.fear + fear),
        respect=_score(now.respect + respect),
    )


def _score(points: int) -> int:
    return min(max(points, 0), 100)


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


def after_deal(state: State, npc: Npc, item: Item, rules: Rules) -> tuple[Relation, int]:
    """The relation and the reputation once that NPC has bought that item."""
    race, trust, npc_id = npc.character.race, rules.customers.trust, npc.character.npc_id
    quality = worth.quality(item)
    if worth.is_foul(item, rules):
        return moved(state, npc_id, -trust.foul), reputation(state, -rules.customers.standing.foul)
    gained = reputation(state, rules.customers.tiers[rules.customers.races[race].tier - 1].deal_reputation)
    if quality < trust.poor_quality:
        return moved(state, npc_id, -trust.poor), state.market.reputation
    return moved(state, npc_id, trust.good if quality >= trust.good_quality else trust.fair), gained

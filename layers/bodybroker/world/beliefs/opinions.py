"""What customers believe of the player does to trade: for the market, which asks."""

from collections.abc import Iterator

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.rules import MOST, Believed
from bodybroker.world.beliefs.weighing import strength
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

USUAL = 1000


def price_per_mille(state: State, rules: Rules, npc_id: EntityId) -> int:
    """What an NPC pays the player, per mille of the usual, for what it believes of him: the surer, the more."""
    price = USUAL
    for sure, believed in _of_player(state, rules, npc_id):
        price = price * (USUAL * MOST + (believed.price_per_mille - USUAL) * sure) // (USUAL * MOST)
    bounds = rules.beliefs.prices
    return min(max(price, bounds.low_per_mille), bounds.high_per_mille)


def refuses(state: State, rules: Rules, npc_id: EntityId) -> bool:
    """Whether the NPC deals with nobody of whom it believes such things."""
    return any(believed.refuses for _, believed in _of_player(state, rules, npc_id))


def _of_player(state: State, rules: Rules, npc_id: EntityId) -> Iterator[tuple[int, Believed]]:
    """How sure the NPC is of each thing about the player that it acts on, and what that does."""
    for belief in state.beliefs.held.get(npc_id, ()):
        predicate = rules.beliefs.predicates.get(belief.claim.predicate)
        if belief.claim.subject == PLAYER and predicate is not None and predicate.believed is not None:
            sure = strength(belief, state.minute, rules.beliefs)
            if sure >= predicate.believed.least:
                yield sure, predicate.believed

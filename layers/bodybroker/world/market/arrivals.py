"""New customers come to the district over the nights, until it is full."""

from bodybroker.generation import characters
from bodybroker.kernel.random import Stream
from bodybroker.world.base import ordered
from bodybroker.world.draft import Draft
from bodybroker.world.market import events
from bodybroker.world.state import Npc, today


def arrive(draft: Draft) -> None:
    """At dusk: perhaps somebody new, with an empty purse, whatever the player does."""
    state, rules = draft.state, draft.rules.customers.arrivals
    if len(state.npcs) >= rules.limit:
        return
    stream = Stream(state.seed, "arrivals", str(today(state)))
    if not stream.chance(rules.per_mille):
        return
    npc = _newcomer(draft, stream)
    if npc is not None:
        draft.add(events.CustomersArrived({npc.character.npc_id: npc}))


def _newcomer(draft: Draft, stream: Stream) -> Npc | None:
    """Somebody new; nobody where no place of the district suits the race."""
    state, recipe = draft.state, draft.rules.recipe
    name = stream.weighted(sorted(draft.rules.customers.arrivals.weights.items()))
    kinds = {group.haunt for group in recipe.plan.residents if group.race == name}
    haunts = [place.site for place in ordered(state.places) if place.site.kind in kinds]
    if not haunts:
        return None
    character = characters.make(
        name,
        recipe.races[name],
        stream.choice(haunts),
        stream.substream("character"),
        recipe.prices,
        recipe.names[name],
        {npc.character.name for npc in state.npcs.values()},
        draft.provenance("arrivals"),
    )
    return Npc(character, recipe.races[name].mood, 0, 0)

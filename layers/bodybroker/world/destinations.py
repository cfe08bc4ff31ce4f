"""What waits for the player where, as the world tells it: orders, favours, grown parts, objectives of the story."""

from collections.abc import Iterator

from bodybroker.generation.prefetch import Goal
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import MINUTES_PER_DAY, ordered
from bodybroker.world.houses import relations
from bodybroker.world.places import hideout_id
from bodybroker.world.state import State


def goals(state: State) -> tuple[Goal, ...]:
    """Everything that may lead the player somewhere, and until when."""
    return (*_orders(state), *_favours(state), *_growths(state), *_objectives(state))


def _orders(state: State) -> Iterator[Goal]:
    for order in ordered(state.market.orders):
        npc = state.npcs.get(order.npc_id)
        if npc is not None:
            yield Goal(
                "promised" if order.promised else "order", npc.character.haunt_id, order.order_id, order.deadline_minute
            )


def _favours(state: State) -> Iterator[Goal]:
    """A house receives wherever one of its people is."""
    for house_id, tie in sorted(state.houses.ties.items()):
        if tie.favour is None:
            continue
        haunts = {
            npc.character.haunt_id
            for npc_id, npc in state.npcs.items()
            if relations.house_of(state, npc_id) == house_id
        }
        for place_id in sorted(haunts):
            yield Goal("favour", place_id, house_id, tie.favour.until_day * MINUTES_PER_DAY)


def _growths(state: State) -> Iterator[Goal]:
    for growth in ordered(state.lab.growths):
        if growth.ready_minute <= state.minute:
            yield Goal("growth", hideout_id(state), growth.growth_id)


def _objectives(state: State) -> Iterator[Goal]:
    """An objective leads to the places that its words name, and to whomever they name; names are unique in a world."""
    for objective in ordered(state.story.objectives):
        if objective.status == "open":
            for place_id in _named(state, f"{objective.title}\n{objective.text}"):
                yield Goal("objective", place_id, objective.objective_id)


def _named(state: State, words: str) -> list[EntityId]:
    places = {place_id for place_id, place in state.places.items() if place.site.name in words}
    haunts = {npc.character.haunt_id for npc in state.npcs.values() if npc.character.name in words}
    return sorted(places | haunts)

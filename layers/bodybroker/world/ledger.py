"""Everything that there is one of: all the money and all the items of a world, wherever they are."""

from collections.abc import Iterator

from bodybroker.generation.entities import Item
from bodybroker.world.state import State


def money_cents(state: State) -> int:
    """All the money there is: a constant of every world."""
    player = state.player
    purses = sum(npc.purse_cents for npc in state.npcs.values())
    tills = sum(front.till_cents for front in state.empire.fronts.values())
    treasuries = sum(house.wealth_cents for house in state.houses.houses.values())
    return state.city_cents + player.money_cents + player.clean_cents + purses + tills + treasuries


def items(state: State) -> Iterator[Item]:
    """Every item there is, each once: in bags, places, stashes, equipment, on the way and in other hands."""
    yield from state.player.inventory.values()
    for place in state.places.values():
        yield from place.stock.values()
    for growth in state.lab.growths.values():
        if growth.item is not None:
            yield growth.item
    for store in state.lab.stores.values():
        yield from store.items.values()
    for trip in state.lab.trips.values():
        yield from trip.items.values()
    for seller in state.market.intermediaries.values():
        yield from seller.stock.values()

"""How items move into, out of and within what is the player's. Pure maps, no rules."""

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Changes, without
from bodybroker.world.lab.state import LabState, Store
from bodybroker.world.state import State


def added(lab: LabState, place_id: EntityId, items: Mapping[EntityId, Item]) -> LabState:
    """The lab with items more in a stash."""
    store = lab.stores.get(place_id) or Store()
    return replace(lab, stores=lab.stores | {place_id: replace(store, items=store.items | dict(items))})


def removed(lab: LabState, place_id: EntityId, item_ids: Iterable[EntityId]) -> LabState:
    """The lab with items less in a stash; KeyError when one is not there."""
    store = lab.stores[place_id]
    return replace(lab, stores=lab.stores | {place_id: replace(store, items=without(store.items, item_ids))})


def altered(state: State, item_ids: Collection[EntityId], change: Callable[[Item], Item | None]) -> Changes:
    """What changes when items of the player become others, or are no more (None), wherever they lie."""

    def alter(items: dict[EntityId, Item]) -> dict[EntityId, Item]:
        mine = {item_id: change(items[item_id]) for item_id in item_ids if item_id in items}
        others = {item_id: item for item_id, item in mine.items() if item is not None}
        return without(items | others, mine.keys() - others.keys())

    def touched(items: dict[EntityId, Item]) -> bool:
        return not items.keys().isdisjoint(item_ids)

    lab, player, sellers = state.lab, state.player, state.market.intermediaries
    stores = {key: replace(pile, items=alter(pile.items)) for key, pile in lab.stores.items() if touched(pile.items)}
    trips = {key: replace(pile, items=alter(pile.items)) for key, pile in lab.trips.items() if touched(pile.items)}
    stocks = {key: replace(one, stock=alter(one.stock)) for key, one in sellers.items() if touched(one.stock)}
    return {
        "player": replace(player, inventory=alter(player.inventory)) if touched(player.inventory) else player,
        "lab": replace(lab, stores=lab.stores | stores, trips=lab.trips | trips),
        "market": replace(state.market, intermediaries=sellers | stocks),
    }

"""Stashes: where parts lie, how much room there is, and how cold it is."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import ordered
from bodybroker.world.lab import craft
from bodybroker.world.lab.rules import Shelf
from bodybroker.world.lab.state import Store
from bodybroker.world.places import hideout_id
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def is_store(state: State, place_id: EntityId) -> bool:
    """Whether the player has a stash there."""
    place = state.places.get(place_id)
    return place is not None and (place.site.kind == "hideout" or place_id in state.lab.stores)


def stashes(state: State) -> list[EntityId]:
    """The places of the player's stashes: the hideout first, then the warehouses by id."""
    home = hideout_id(state)
    return [home, *sorted(state.lab.stores.keys() - {home})]


def store_at(state: State, place_id: EntityId) -> Store:
    """The stash there, empty where nothing was ever put."""
    return state.lab.stores.get(place_id) or Store()


def stored(state: State, place_id: EntityId) -> list[Item]:
    """What lies in the stash there, by id."""
    return ordered(store_at(state, place_id).items)


def in_hideout(state: State) -> list[Item]:
    """What lies in the hideout's stash, by id: what a raid finds."""
    return stored(state, hideout_id(state))


def shelves(state: State, place_id: EntityId, rules: Rules) -> list[Shelf]:
    """The shelves of a stash, the coldest first."""
    if state.places[place_id].site.kind == "warehouse":
        return [rules.storage.warehouse]
    cold = [_cooled(state, piece_id, rules) for piece_id in sorted(state.lab.equipment)]
    return sorted([*filter(None, cold), rules.storage.hideout], key=lambda shelf: shelf.decay_per_mille)


def _cooled(state: State, piece_id: EntityId, rules: Rules) -> Shelf | None:
    """What a piece that cools holds; poor and worn ones cool less."""
    piece = state.lab.equipment[piece_id]
    cold = rules.equipment.equipment[piece.kind].cold
    if cold is None:
        return None
    decay = cold.decay_per_mille * 1000 // max(1, craft.per_mille(piece, rules))
    return Shelf(room=cold.room, decay_per_mille=min(decay, rules.storage.hideout.decay_per_mille))


def capacity(state: State, place_id: EntityId, rules: Rules) -> int:
    """How many parts a stash holds."""
    if state.places[place_id].site.kind == "warehouse":
        return rules.storage.warehouse.room
    colds = (rules.equipment.equipment[piece.kind].cold for piece in state.lab.equipment.values())
    return rules.storage.hideout.room + sum(cold.room for cold in colds if cold is not None)


def room(state: State, place_id: EntityId, rules: Rules) -> int:
    """How many more parts a stash holds, those on their way to it counted as there."""
    coming = sum(len(trip.items) for trip in state.lab.trips.values() if trip.to_place == place_id)
    return capacity(state, place_id, rules) - len(store_at(state, place_id).items) - coming

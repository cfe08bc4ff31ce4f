"""The rules that forbid commands about stashes, couriers and supply routes."""

from collections.abc import Collection

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_money
from bodybroker.world.lab import commands, couriers, routes, storage
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def _check_stash(state: State, place_id: EntityId) -> None:
    if not storage.is_store(state, place_id):
        raise Refused("no_stash", "You have no stash there.")


def _check_count(count: int, most: int) -> None:
    if count > most:
        raise Refused("too_many", f"At most {most} parts at a time.", limit=most)


def _check_among(item_ids: Collection[EntityId], items: Collection[EntityId], reason: str) -> None:
    if not all(item_id in items for item_id in item_ids):
        raise Refused("unknown_item", reason)


def _check_room(state: State, place_id: EntityId, count: int, rules: Rules) -> None:
    room = storage.room(state, place_id, rules)
    if count > room:
        raise Refused("stash_full", f"That stash has room for {max(0, room)} more parts.", room=max(0, room))


def _store_item(state: State, command: commands.StoreItem, rules: Rules) -> None:
    here = state.player.place_id
    _check_stash(state, here)
    _check_among(command.item_ids, state.player.inventory, "You do not carry all of that.")
    _check_count(len(command.item_ids), rules.storage.handling_limit)
    _check_room(state, here, len(command.item_ids), rules)


def _take_item(state: State, command: commands.TakeItem, rules: Rules) -> None:
    here = state.player.place_id
    _check_stash(state, here)
    _check_among(command.item_ids, storage.store_at(state, here).items, "Not all of that lies in this stash.")
    _check_count(len(command.item_ids), rules.storage.handling_limit)
    if len(state.player.inventory) + len(command.item_ids) > rules.player.bag_size:
        raise Refused("bag_full", f"Your bag holds {rules.player.bag_size} parts.")


def _check_warehouse(state: State, place_id: EntityId) -> None:
    place = state.places.get(place_id)
    if place is None or place.site.kind != "warehouse":
        raise Refused("not_a_warehouse", "There is no warehouse of that id in this district.")
    if state.player.place_id != place_id:
        raise Refused("not_here", f"You are not at {place.site.name}.")


def _rent_warehouse(state: State, command: commands.RentWarehouse, rules: Rules) -> None:
    _check_warehouse(state, command.place_id)
    if command.place_id in state.lab.stores:
        raise Refused("has_warehouse", "That warehouse is yours already.")
    check_money(state, rules.storage.rent_cents)


def _buy_warehouse(state: State, command: commands.BuyWarehouse, rules: Rules) -> None:
    _check_warehouse(state, command.place_id)
    store = state.lab.stores.get(command.place_id)
    if store is not None and store.tenure == "own":
        raise Refused("has_warehouse", "That warehouse is yours already.")
    check_money(state, rules.storage.price_cents)


def _leave_warehouse(state: State, command: commands.LeaveWarehouse, rules: Rules) -> None:
    _check_warehouse(state, command.place_id)
    store = state.lab.stores.get(command.place_id)
    if store is None or store.tenure == "own":
        raise Refused("not_rented", "You do not rent that warehouse.")
    if store.items or any(trip.to_place == command.place_id for trip in state.lab.trips.values()):
        raise Refused("stash_not_empty", "Parts lie there, or are on their way there.")


def _send_courier(state: State, command: commands.SendCourier, rules: Rules) -> None:
    _check_stash(state, command.from_place)
    _check_stash(state, command.to_place)
    if command.from_place == command.to_place:
        raise Refused("same_place", "There is no way from a place to itself.")
    in_stash = storage.store_at(state, command.from_place).items
    _check_among(command.item_ids, in_stash, "Not all of that lies in that stash.")
    _check_count(len(command.item_ids), rules.couriers.load)
    if not couriers.free_runners(state):
        raise Refused("no_runner", "No runner of your crew is free.")
    _check_room(state, command.to_place, len(command.item_ids), rules)
    check_money(state, rules.couriers.fee_cents)


def _open_supply_route(state: State, command: commands.OpenSupplyRoute, rules: Rules) -> None:
    source = state.places.get(command.from_place)
    if source is not None and source.site.kind in routes.CONTACTS:
        if state.player.place_id != command.from_place:
            raise Refused("not_here", f"A contact is made in person: go to {source.site.name}.")
    else:
        _check_stash(state, command.from_place)
    _check_stash(state, command.to_place)
    if command.from_place == command.to_place:
        raise Refused("same_place", "There is no way from a place to itself.")
    ends = (command.from_place, command.to_place)
    if any((route.from_place, route.to_place) == ends for route in state.lab.routes.values()):
        raise Refused("route_exists", "There is a supply route between these places already.")
    _check_count(command.count, rules.couriers.load)
    if len(state.lab.routes) >= rules.couriers.routes_limit:
        raise Refused("routes_limit", f"You can keep {rules.couriers.routes_limit} supply routes going.")
    check_money(state, routes.contact_cents(state, command.from_place, rules))


def _close_supply_route(state: State, command: commands.CloseSupplyRoute, rules: Rules) -> None:
    if command.route_id not in state.lab.routes:
        raise Refused("unknown_route", "There is no supply route of that id.")


CHECKS: dict[type, Check] = {
    commands.StoreItem: _store_item,
    commands.TakeItem: _take_item,
    commands.RentWarehouse: _rent_warehouse,
    commands.BuyWarehouse: _buy_warehouse,
    commands.LeaveWarehouse: _leave_warehouse,
    commands.SendCourier: _send_courier,
    commands.OpenSupplyRoute: _open_supply_route,
    commands.CloseSupplyRoute: _close_supply_route,
}

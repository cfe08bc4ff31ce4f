"""The lab, the stashes and the couriers through the player's eyes."""

from collections.abc import Iterator

import msgspec

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import View, ordered, seen_item
from bodybroker.world.commands import Command
from bodybroker.world.lab import couriers, craft, ingredients, storage, suggestions
from bodybroker.world.lab.state import Equipment, Growth
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Equipment and growths, ingredients, stashes, couriers and their routes."""
    lab = state.lab
    return {
        "lab": {
            "equipment": [_piece(piece, rules) for piece in ordered(lab.equipment)],
            "growths": [_growth(growth) for growth in ordered(lab.growths)],
            "ingredients": dict(sorted(lab.ingredients.items())),
            "for_sale": _for_sale(state, rules),
        },
        "stashes": [_stash(state, place_id, rules) for place_id in storage.stashes(state)],
        "couriers": {
            "free": len(couriers.free_runners(state)),
            "trips": [
                msgspec.to_builtins(trip) | {"items": [seen_item(item) for item in ordered(trip.items)]}
                for trip in ordered(lab.trips)
            ],
            "routes": [msgspec.to_builtins(route) for route in ordered(lab.routes)],
        },
    }


def _piece(piece: Equipment, rules: Rules) -> View:
    return {
        "equipment_id": piece.equipment_id,
        "kind": piece.kind,
        "growth_id": piece.growth_id,
        "quality": piece.quality,
        "wear": piece.wear,
        "dirt": piece.dirt,
        "repair_cents": craft.repair_cents(piece, rules),
    }


def _growth(growth: Growth) -> View:
    return {
        "growth_id": growth.growth_id,
        "part": growth.part,
        "ready_minute": growth.ready_minute,
        "ready": growth.item is not None,
    }


def _for_sale(state: State, rules: Rules) -> View:
    """What the dealer who is here now has, by ingredient."""
    supplies = {name: ingredients.supply(state, name, rules) for name in ingredients.sold_here(state, rules)}
    return {name: {"left": supply.left, "price_cents": supply.price_cents} for name, supply in supplies.items()}


def _stash(state: State, place_id: EntityId, rules: Rules) -> View:
    site = state.places[place_id].site
    store = storage.store_at(state, place_id)
    return {
        "place_id": place_id,
        "name": site.name,
        "tenure": store.tenure,
        "unpaid_days": store.unpaid_days,
        "room": storage.room(state, place_id, rules),
        "items": [seen_item(item) for item in ordered(store.items)],
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    yield from suggestions.lab(state, rules)
    yield from suggestions.treatments(state, rules)
    yield from suggestions.stashes(state, rules)
    yield from suggestions.supply(state, rules)

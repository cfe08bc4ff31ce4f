"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.lab import events, moves
from bodybroker.world.lab.state import LabState, Store
from bodybroker.world.state import State, paid


def _with_piece(lab: LabState, equipment_id: EntityId, wear: int | None, dirt: int | None) -> LabState:
    """The lab with a piece so worn and so dirty; None changes nothing."""
    piece = lab.equipment[equipment_id]
    now = replace(piece, wear=piece.wear if wear is None else wear, dirt=piece.dirt if dirt is None else dirt)
    return replace(lab, equipment=lab.equipment | {equipment_id: now})


def _equipment_bought(state: State, event: events.EquipmentBought) -> Changes:
    lab = state.lab
    return {
        **paid(state, event.price_cents),
        "lab": replace(lab, equipment=lab.equipment | {event.equipment.equipment_id: event.equipment}),
    }


def _equipment_sold(state: State, event: events.EquipmentSold) -> Changes:
    lab = replace(state.lab, equipment=without(state.lab.equipment, [event.equipment_id]))
    return {**paid(state, -event.price_cents), "lab": lab}


def _equipment_repaired(state: State, event: events.EquipmentRepaired) -> Changes:
    return {**paid(state, event.price_cents), "lab": _with_piece(state.lab, event.equipment_id, 0, None)}


def _equipment_cleaned(state: State, event: events.EquipmentCleaned) -> Changes:
    return {**paid(state, event.price_cents), "lab": _with_piece(state.lab, event.equipment_id, None, 0)}


def _growth_started(state: State, event: events.GrowthStarted) -> Changes:
    growth = event.growth
    lab = _with_piece(state.lab, growth.equipment_id, event.wear, event.dirt)
    busy = replace(lab.equipment[growth.equipment_id], growth_id=growth.growth_id)
    return {
        **paid(state, event.price_cents),
        "lab": replace(
            lab,
            equipment=lab.equipment | {growth.equipment_id: busy},
            growths=lab.growths | {growth.growth_id: growth},
        ),
    }


def _part_grown(state: State, event: events.PartGrown) -> Changes:
    grown = replace(state.lab.growths[event.growth_id], item=event.item)
    tally = replace(state.tally, parts_grown=state.tally.parts_grown + 1)
    return {"lab": replace(state.lab, growths=state.lab.growths | {event.growth_id: grown}), "tally": tally}


def _part_collected(state: State, event: events.PartCollected) -> Changes:
    lab = state.lab
    growth = lab.growths[event.growth_id]
    assert growth.item is not None
    free = replace(lab.equipment[growth.equipment_id], growth_id=None)
    inventory = state.player.inventory | {event.item_id: growth.item}
    return {
        "lab": replace(
            lab,
            growths=without(lab.growths, [event.growth_id]),
            equipment=lab.equipment | {growth.equipment_id: free},
        ),
        "player": replace(state.player, inventory=inventory),
    }


def _ingredients_bought(state: State, event: events.IngredientsBought) -> Changes:
    lab = state.lab
    before = lab.bought if lab.bought_day == event.day else {}
    bought = before | {event.ingredient: before.get(event.ingredient, 0) + event.count}
    stock = lab.ingredients | {event.ingredient: lab.ingredients.get(event.ingredient, 0) + event.count}
    return {
        **paid(state, event.price_cents),
        "lab": replace(lab, ingredients=stock, bought=bought, bought_day=event.day),
    }


def _part_treated(state: State, event: events.PartTreated) -> Changes:
    changes = moves.altered(state, {event.item.item_id}, lambda _: event.item)
    lab: LabState = _with_piece(changes["lab"], event.equipment_id, event.wear, event.dirt)
    left = {name: count - event.used.get(name, 0) for name, count in lab.ingredients.items()}
    return {**changes, "lab": replace(lab, ingredients={name: count for name, count in left.items() if count})}


def _parts_aged(state: State, event: events.PartsAged) -> Changes:
    rotten = set(event.rotten)

    def aged(item: Item) -> Item | None:
        if item.item_id in rotten:
            return None
        return replace(
            item,
            freshness=event.freshness.get(item.item_id, item.freshness),
            contaminated=item.contaminated or item.item_id in event.contaminated,
        )

    return moves.altered(state, {*event.freshness, *event.contaminated, *rotten}, aged)


def _items_stored(state: State, event: events.ItemsStored) -> Changes:
    bag = state.player.inventory
    moved = {item_id: bag[item_id] for item_id in event.item_ids}
    return {
        "player": replace(state.player, inventory=without(bag, moved)),
        "lab": moves.added(state.lab, event.place_id, moved),
    }


def _items_taken(state: State, event: events.ItemsTaken) -> Changes:
    items = state.lab.stores[event.place_id].items
    moved = {item_id: items[item_id] for item_id in event.item_ids}
    return {
        "player": replace(state.player, inventory=state.player.inventory | moved),
        "lab": moves.removed(state.lab, event.place_id, moved),
    }


def _warehouse_acquired(state: State, event: events.WarehouseAcquired) -> Changes:
    lab = state.lab
    store = replace(lab.stores.get(event.place_id) or Store(), tenure=event.tenure, unpaid_days=0)
    return {
        **paid(state, event.price_cents),
        "lab": replace(lab, stores=lab.stores | {event.place_id: store}),
    }


def _warehouse_left(state: State, event: events.WarehouseLeft) -> Changes:
    return {"lab": replace(state.lab, stores=without(state.lab.stores, [event.place_id]))}


def _rent_due(state: State, event: events.RentDue) -> Changes:
    lab = state.lab
    owed = dict.fromkeys(event.paid, 0) | event.unpaid_days
    stores = lab.stores | {place_id: replace(lab.stores[place_id], unpaid_days=days) for place_id, days in owed.items()}
    return {
        **paid(state, sum(event.paid.values())),
        "lab": replace(lab, stores=without(stores, event.cleared)),
    }


def _courier_sent(state: State, event: events.CourierSent) -> Changes:
    trip, lab, places = event.trip, state.lab, state.places
    if trip.from_place in lab.stores:
        lab = moves.removed(lab, trip.from_place, trip.items)
    else:
        place = places[trip.from_place]
        places = places | {trip.from_place: replace(place, stock=without(place.stock, trip.items))}
    trips = lab.trips | {trip.trip_id: trip}
    return {**paid(state, event.price_cents), "lab": replace(lab, trips=trips), "places": places}


def _courier_arrived(state: State, event: events.CourierArrived) -> Changes:
    lab = state.lab
    delivered = without(lab.trips[event.trip_id].items, event.lost)
    lab = replace(lab, trips=without(lab.trips, [event.trip_id]))
    return {"lab": moves.added(lab, event.place_id, delivered)}


def _courier_caught(state: State, event: events.CourierCaught) -> Changes:
    lab = state.lab
    return {
        "lab": replace(lab, trips=without(lab.trips, [event.trip_id])),
        "player": replace(state.player, heat=event.heat),
    }


def _route_opened(state: State, event: events.RouteOpened) -> Changes:
    routes = state.lab.routes | {event.route.route_id: event.route}
    return {**paid(state, event.price_cents), "lab": replace(state.lab, routes=routes)}


def _route_closed(state: State, event: events.RouteClosed) -> Changes:
    return {"lab": replace(state.lab, routes=without(state.lab.routes, [event.route_id]))}


def _routes_rested(state: State, event: events.RoutesRested) -> Changes:
    return {}


APPLIERS: dict[type, Applier] = {
    events.EquipmentBought: _equipment_bought,
    events.EquipmentSold: _equipment_sold,
    events.EquipmentRepaired: _equipment_repaired,
    events.EquipmentCleaned: _equipment_cleaned,
    events.GrowthStarted: _growth_started,
    events.PartGrown: _part_grown,
    events.PartCollected: _part_collected,
    events.IngredientsBought: _ingredients_bought,
    events.PartTreated: _part_treated,
    events.PartsAged: _parts_aged,
    events.ItemsStored: _items_stored,
    events.ItemsTaken: _items_taken,
    events.WarehouseAcquired: _warehouse_acquired,
    events.WarehouseLeft: _warehouse_left,
    events.RentDue: _rent_due,
    events.CourierSent: _courier_sent,
    events.CourierArrived: _courier_arrived,
    events.CourierCaught: _courier_caught,
    events.RouteOpened: _route_opened,
    events.RouteClosed: _route_closed,
    events.RoutesRested: _routes_rested,
}

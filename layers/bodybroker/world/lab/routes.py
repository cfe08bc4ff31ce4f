"""Supply routes: every dawn, couriers bring parts from stashes and from contacts in morgues."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.world.draft import Draft
from bodybroker.world.lab import commands, couriers, events, parts, storage
from bodybroker.world.lab.state import Route
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

CONTACTS = ("morgue", "hospital")
"""Kinds of places where an attendant may become a contact."""


def contact_cents(state: State, from_place: EntityId, rules: Rules) -> int:
    """What opening a route from there costs: a contact's palm, or nothing from one's own stash."""
    return rules.couriers.contact_cents if state.places[from_place].site.kind in CONTACTS else 0


def open_route(draft: Draft, command: commands.OpenSupplyRoute) -> None:
    """The route runs from the next dawn on."""
    route_id = entity_id(draft.stream.substream("route"))
    route = Route(route_id, command.from_place, command.to_place, command.count)
    draft.add(events.RouteOpened(route, contact_cents(draft.state, command.from_place, draft.rules)))


def serve(draft: Draft) -> None:
    """Dawn: on every route a courier sets out, as far as runners, money and room go."""
    reasons: dict[EntityId, events.RestReason] = {}
    for route_id, route in sorted(draft.state.lab.routes.items()):
        reason = _serve(draft, route)
        if reason is not None:
            reasons[route_id] = reason
    if reasons:
        draft.add(events.RoutesRested(reasons))


def _serve(draft: Draft, route: Route) -> events.RestReason | None:
    """Sends a courier along a route; says why where nobody can set out."""
    state, rules = draft.state, draft.rules
    is_contact = state.places[route.from_place].site.kind in CONTACTS
    if not storage.is_store(state, route.to_place) or not (is_contact or storage.is_store(state, route.from_place)):
        return "no_store"
    if not couriers.free_runners(state):
        return "no_runner"
    offered = _offered(state, route, rules)
    if not offered:
        return "nothing_there"
    count = min(route.count, rules.couriers.load, storage.room(state, route.to_place, rules))
    if count <= 0:
        return "no_room"
    items = offered[:count]
    price = rules.couriers.fee_cents + (_asked_cents(items, rules) if is_contact else 0)
    if price > state.player.money_cents:
        return "no_money"
    stream = draft.stream.substream(f"trip/{state.minute}/{route.route_id}")
    sent = couriers.trip(draft, route.from_place, route.to_place, items, stream)
    draft.add(events.CourierSent(sent, price, route.route_id))
    return None


def _offered(state: State, route: Route, rules: Rules) -> list[Item]:
    """What lies at the beginning of a route, the best first."""
    if state.places[route.from_place].site.kind in CONTACTS:
        return parts.by_worth(state.places[route.from_place].stock.values(), rules)
    return parts.by_worth(storage.stored(state, route.from_place), rules)


def _asked_cents(items: list[Item], rules: Rules) -> int:
    prices = (rules.parts.parts[item.part].price_cents for item in items)
    return sum(price * rules.couriers.contact_per_mille // 1000 for price in prices)

"""Couriers: runners of the crew who carry parts; the police may catch them on the way."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.kernel.random import Stream
from bodybroker.world.base import by_id
from bodybroker.world.city import weather
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.empire.state import CrewMember
from bodybroker.world.lab import commands, events, storage
from bodybroker.world.lab.state import Trip
from bodybroker.world.places import hideout_id
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, heated


def free_runners(state: State) -> list[CrewMember]:
    """Runners of the crew who are not on the way, the most skilled first."""
    busy = {trip.runner_id for trip in state.lab.trips.values()}
    return [runner for runner in crew.members(state, "runner") if runner.member_id not in busy]


def walk_minutes(state: State, from_place: EntityId, to_place: EntityId) -> int:
    """Minutes of the shortest walk between two places, in clear weather."""
    reached: dict[EntityId, int] = {}
    edge = {from_place: 0}
    while to_place not in reached:
        place_id = min(edge, key=lambda known: (edge[known], known))
        minutes = reached[place_id] = edge.pop(place_id)
        for way in state.places[place_id].site.exits:
            if way.place_id not in reached:
                edge[way.place_id] = min(edge.get(way.place_id, minutes + way.minutes), minutes + way.minutes)
    return reached[to_place]


def risk_per_mille(state: State, trip: Trip, rules: Rules) -> int:
    """The chance that a courier is caught."""
    runner = state.empire.crew.get(trip.runner_id)
    officers = sum(place.site.guards for place in state.places.values() if place.site.kind == "street")
    officers = officers * weather.effects(state, rules).patrols_per_mille // 1000
    skill = 0 if runner is None else runner.skill
    chance = rules.couriers.caught.per_mille(state.player.heat, officers, len(trip.items), skill)
    return scaled(chance, "police", state, rules)


def trip(draft: Draft, from_place: EntityId, to_place: EntityId, items: list[Item], stream: Stream) -> Trip:
    """A courier who sets out now."""
    walk = walk_minutes(draft.state, from_place, to_place)
    minutes = weather.walk_minutes(draft.state, draft.rules, walk) + draft.rules.couriers.handover_minutes
    runner = free_runners(draft.state)[0]
    return Trip(entity_id(stream), runner.member_id, from_place, to_place, by_id(items), draft.state.minute + minutes)


def send(draft: Draft, command: commands.SendCourier) -> None:
    """A courier sets out with items of a stash."""
    store = storage.store_at(draft.state, command.from_place)
    items = [store.items[item_id] for item_id in command.item_ids]
    stream = draft.stream.substream("trip")
    sent = trip(draft, command.from_place, command.to_place, items, stream)
    draft.add(events.CourierSent(sent, draft.rules.couriers.fee_cents))


def arrive(draft: Draft) -> None:
    """Couriers whose time has come deliver, or have been caught."""
    for trip_id, trip in sorted(draft.state.lab.trips.items()):
        if trip.due_minute <= draft.state.minute:
            _end(draft, trip_id, trip)


def _end(draft: Draft, trip_id: EntityId, trip: Trip) -> None:
    state, rules = draft.state, draft.rules
    stream = draft.stream.substream(f"courier/{trip_id}")
    if stream.chance(risk_per_mille(state, trip, rules)):
        heat = heated(state, rules.couriers.caught_heat)
        draft.add(events.CourierCaught(trip_id, tuple(sorted(trip.items)), heat))
        if trip.runner_id in state.empire.crew:
            crew.lose(draft, trip.runner_id, "caught")
        return
    stands = storage.is_store(state, trip.to_place)
    goal = trip.to_place if stands else hideout_id(state)
    fits = storage.room(state, goal, rules) + (len(trip.items) if stands else 0)
    draft.add(events.CourierArrived(trip_id, goal, tuple(sorted(trip.items)[max(0, fits) :])))

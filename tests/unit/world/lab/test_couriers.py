"""Couriers and supply routes: runners of the crew carry parts, and may be caught."""

from typing import get_args

import pytest
from bodybroker.world import events
from bodybroker.world.city.state import Weather
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.lab import couriers, storage
from bodybroker.world.ledger import items, money_cents
from msgspec.structs import replace

SAFE = {"caught": {"low": 0, "high": 0}}
CAUGHT = {"caught": {"low": 1000, "high": 1000}}


@pytest.fixture
def make_chain(make_bench):
    """A runner, a bought warehouse, three parts in the hideout's stash; the ids of both places and of the parts."""

    def make(runners=1, couriers=SAFE, **sections):
        bench = make_bench(couriers=couriers, **sections)
        home, depot = bench.world.place("hideout"), bench.world.place("warehouse")
        bench.cash(10_000_000)
        bench.hire("runner", runners)
        bench.world.go("warehouse")
        bench.world.do("buy_warehouse", place_id=depot)
        bench.world.go("hideout")
        parts = bench.stash(*(bench.item("bone", quality) for quality in (30, 60, 90)))
        return bench, home, depot, parts

    return make


def only(made, kind):
    (found,) = [event for event in made if isinstance(event, kind)]
    return found


def send(bench, home, depot, parts):
    return bench.world.do("send_courier", from_place=home, to_place=depot, item_ids=parts)


def test_a_courier_takes_the_walk_and_the_handing_over_and_a_fee(make_chain, book):
    bench, home, depot, parts = make_chain()
    before = bench.world.state
    sent = only(send(bench, home, depot, parts[:2]), events.CourierSent)
    ways = {place_id: before.places[place_id].site.exits[0].minutes for place_id in (home, depot)}
    minutes = ways[home] + ways[depot] + book.couriers.handover_minutes
    assert sent.trip.due_minute == before.minute + minutes
    assert sent.price_cents == book.couriers.fee_cents
    assert before.player.money_cents - bench.world.state.player.money_cents == book.couriers.fee_cents
    assert [item.item_id for item in storage.stored(bench.world.state, home)] == [parts[2]]
    assert {item.item_id for item in items(bench.world.state)} == {item.item_id for item in items(before)}


def test_a_courier_arrives_at_the_very_minute(make_chain):
    bench, home, depot, parts = make_chain()
    sent = only(send(bench, home, depot, parts), events.CourierSent)
    made = bench.world.do("wait", minutes=120)
    at = next(i for i, event in enumerate(made) if isinstance(event, events.CourierArrived))
    assert made[at - 1].minute == sent.trip.due_minute
    assert made[at] == events.CourierArrived(sent.trip.trip_id, depot, ())
    assert {item.item_id for item in storage.stored(bench.world.state, depot)} == {*parts}
    assert not bench.world.state.lab.trips and len(couriers.free_runners(bench.world.state)) == 1


def test_a_caught_courier_is_lost_with_the_parts_and_brings_heat(make_chain):
    bench, home, depot, parts = make_chain(couriers=CAUGHT)
    send(bench, home, depot, parts[:2])
    money = money_cents(bench.world.state)
    made = bench.world.do("wait", minutes=120)
    caught, lost = only(made, events.CourierCaught), only(made, events.CrewLost)
    assert {*caught.item_ids} == {*parts[:2]} and lost.reason == "caught"
    assert caught.heat == bench.world.rules.couriers.caught_heat
    assert not {*parts[:2]} & {item.item_id for item in items(bench.world.state)}
    assert crew.count(bench.world.state, "runner") == 0 and not bench.world.state.lab.trips
    assert money_cents(bench.world.state) == money


def test_a_courier_who_quit_on_the_way_can_still_be_caught(make_chain):
    bench, home, depot, parts = make_chain(couriers=CAUGHT)
    send(bench, home, depot, parts)
    bench.world.state = replace(bench.world.state, empire=replace(bench.world.state.empire, crew={}))
    made = bench.world.do("wait", minutes=120)
    assert only(made, events.CourierCaught) and not [event for event in made if isinstance(event, events.CrewLost)]


def test_heat_patrols_load_and_clumsiness_raise_the_risk_within_its_limits(book):
    risk = book.couriers.caught
    usual = risk.per_mille(20, 3, 4, 10)
    assert usual == risk.base + 20 * risk.per_heat + 3 * risk.per_officer + 4 * risk.per_item - 10 * risk.per_skill
    assert risk.per_mille(100, 100, 100, 0) == risk.high and risk.per_mille(0, 0, 0, 1000) == risk.low
    assert (
        min(risk.per_mille(*more) for more in ((21, 3, 4, 10), (20, 4, 4, 10), (20, 3, 5, 10), (20, 3, 4, 9))) > usual
    )


def test_the_most_skilled_free_runner_goes_and_each_only_once(make_chain, refused):
    bench, home, depot, parts = make_chain(runners=2)
    best, second = crew.members(bench.world.state, "runner")
    went = [only(send(bench, home, depot, [part]), events.CourierSent).trip.runner_id for part in parts[:2]]
    assert went == [best.member_id, second.member_id]
    with refused("no_runner"):
        send(bench, home, depot, parts[2:])


def test_a_courier_needs_two_stashes_the_parts_room_and_the_fee(make_chain, refused, nobody):
    bench, home, depot, parts = make_chain(storage={"warehouse": {"room": 2}}, couriers={**SAFE, "load": 2})
    street = bench.world.place("street")
    with refused("no_stash"):
        send(bench, street, depot, parts[:1])
    with refused("no_stash"):
        send(bench, home, street, parts[:1])
    with refused("same_place"):
        send(bench, home, home, parts[:1])
    with refused("unknown_item"):
        send(bench, home, depot, [nobody])
    with refused("too_many"):
        send(bench, home, depot, parts)
    bench.cash(bench.world.rules.couriers.fee_cents - 1)
    with refused("not_enough_money"):
        send(bench, home, depot, parts[:2])
    bench.cash(10_000)
    bench.stash(bench.item("bone"), place_id=depot)
    with refused("stash_full"):
        send(bench, home, depot, parts[:2])


def test_parts_on_their_way_take_room_already(make_chain, refused):
    bench, home, depot, parts = make_chain(runners=2, storage={"warehouse": {"room": 2}})
    send(bench, home, depot, parts[:2])
    assert storage.room(bench.world.state, depot, bench.world.rules) == 0
    with refused("stash_full"):
        send(bench, home, depot, parts[2:])


def test_a_courier_to_a_stash_that_is_gone_comes_home_and_loses_what_finds_no_room(make_chain):
    bench, home, depot, parts = make_chain(storage={"hideout": {"room": 4}})
    send(bench, home, depot, parts)
    state = bench.world.state
    stores = {place_id: store for place_id, store in state.lab.stores.items() if place_id != depot}
    bench.world.state = replace(state, lab=replace(state.lab, stores=stores))
    bench.stash(bench.item("hand"), bench.item("hand"))
    arrived = only(bench.world.do("wait", minutes=120), events.CourierArrived)
    assert arrived.place_id == home and len(arrived.lost) == 1 and {*arrived.lost} < {*parts}
    assert len(storage.stored(bench.world.state, home)) == 4


def test_the_walk_is_the_shortest_one(make_chain):
    bench, home, depot, _ = make_chain()
    assert couriers.walk_minutes(bench.world.state, home, home) == 0
    assert couriers.walk_minutes(bench.world.state, home, depot) == couriers.walk_minutes(
        bench.world.state, depot, home
    )


def dawn(bench):
    """The events up to the next dawn and at it."""
    bench.world.wait_for("night")
    return bench.next_phase()


def test_a_route_from_a_morgue_brings_its_best_parts_every_dawn_for_money(make_chain, book):
    bench, home, _, _ = make_chain()
    morgue = bench.world.place("morgue")
    bench.world.go("morgue")
    cash = bench.world.state.player.money_cents
    bench.world.do("open_supply_route", from_place=morgue, to_place=home, count=2)
    assert cash - bench.world.state.player.money_cents == book.couriers.contact_cents
    bench.world.go("hideout")
    for _ in range(2):
        made = dawn(bench)
        sent = only(made, events.CourierSent)
        prices = [book.parts.parts[item.part].price_cents for item in sent.trip.items.values()]
        asked = sum(price * book.couriers.contact_per_mille // 1000 for price in prices)
        assert len(prices) == 2 and sent.price_cents == book.couriers.fee_cents + asked
        assert not sent.trip.items.keys() & bench.world.state.places[morgue].stock.keys()
        bench.world.do("wait", minutes=120)
        assert sent.trip.items.keys() <= {item.item_id for item in storage.in_hideout(bench.world.state)}


def test_a_route_between_stashes_costs_the_fee_and_takes_the_dearest(make_chain, book):
    bench, home, depot, parts = make_chain()
    bench.world.do("open_supply_route", from_place=home, to_place=depot, count=2)
    sent = only(dawn(bench), events.CourierSent)
    assert [*sent.trip.items] == [parts[2], parts[1]] and sent.price_cents == book.couriers.fee_cents
    (route_id,) = bench.world.state.lab.routes
    assert sent.route_id == route_id


@pytest.mark.parametrize("reason", ["no_store", "no_runner", "nothing_there", "no_room", "no_money"])
def test_a_route_rests_for_a_reason(make_chain, reason):
    bench, home, depot, _ = make_chain(storage={"warehouse": {"room": 2}})
    bench.world.do("open_supply_route", from_place=home, to_place=depot, count=2)
    bench.world.wait_for("night")
    state, empire, lab = bench.world.state, bench.world.state.empire, bench.world.state.lab
    stores = lab.stores
    match reason:
        case "no_runner":
            empire = replace(empire, crew={})
        case "no_store":
            lab = replace(lab, stores={home: stores[home]})
        case "nothing_there":
            lab = replace(lab, stores=stores | {home: replace(stores[home], items={})})
    bench.world.state = replace(state, empire=empire, lab=lab)
    if reason == "no_room":
        bench.stash(bench.item("bone"), bench.item("bone"), place_id=depot)
    if reason == "no_money":
        bench.cash(0)
    rested = only(bench.next_phase(), events.RoutesRested)
    assert [*rested.reasons.values()] == [reason] and not bench.world.state.lab.trips


def test_routes_share_the_runners_and_the_room(make_chain):
    bench, home, depot, _ = make_chain(runners=1)
    bench.stash(bench.item("bone"), place_id=depot)
    bench.world.do("open_supply_route", from_place=home, to_place=depot, count=1)
    bench.world.do("open_supply_route", from_place=depot, to_place=home, count=1)
    made = dawn(bench)
    assert only(made, events.CourierSent) and [*only(made, events.RoutesRested).reasons.values()] == ["no_runner"]


def test_a_route_is_opened_in_reason_and_closed_at_will(make_chain, refused, nobody):
    bench, home, depot, _ = make_chain(couriers={**SAFE, "routes_limit": 1, "load": 3})
    world, morgue = bench.world, bench.world.place("morgue")

    def open_route(from_place, to_place, count=1):
        return world.do("open_supply_route", from_place=from_place, to_place=to_place, count=count)

    with refused("not_here"):
        open_route(morgue, home)
    with refused("no_stash"):
        open_route(nobody, home)
    with refused("no_stash"):
        open_route(home, morgue)
    with refused("same_place"):
        open_route(home, home)
    with refused("too_many"):
        open_route(home, depot, 4)
    open_route(home, depot)
    with refused("route_exists"):
        open_route(home, depot)
    with refused("routes_limit"):
        open_route(depot, home)
    with refused("unknown_route"):
        world.do("close_supply_route", route_id=nobody)
    (route_id,) = world.state.lab.routes
    world.do("close_supply_route", route_id=route_id)
    assert not world.state.lab.routes
    world.go("morgue")
    bench.cash(world.rules.couriers.contact_cents - 1)
    with refused("not_enough_money"):
        open_route(morgue, home)


def test_foul_weather_slows_a_courier_and_patrols_raise_the_risk(make_bench):
    for effect, minutes, risk in (("travel_per_mille", 2, 1), ("patrols_per_mille", 1, 2)):
        seen = []
        for per_mille in (1000, 2000):
            kinds = {kind: {"travel_per_mille": 1000, "patrols_per_mille": 1000} for kind in get_args(Weather)}
            for rule in kinds.values():
                rule[effect] = per_mille
            caught = {"base": 0, "per_item": 0, "per_heat": 0, "per_skill": 0, "per_officer": 10, "low": 0}
            bench = make_bench(weather={"kinds": kinds}, couriers={"caught": caught, "handover_minutes": 1})
            bench.hire("runner")
            home, depot = bench.world.place("hideout"), bench.world.place("warehouse")
            draft = Draft(bench.world.state, bench.world.rules)
            trip = couriers.trip(draft, home, depot, [], draft.stream)
            walk = trip.due_minute - bench.world.state.minute - 1
            seen.append((walk, couriers.risk_per_mille(bench.world.state, trip, bench.world.rules)))
        assert seen[1] == (seen[0][0] * minutes, seen[0][1] * risk) and seen[0][1] > 0

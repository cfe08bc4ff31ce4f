"""Stashes in the hideout and in warehouses: room, moving parts, rent."""

import pytest
from bodybroker.world import events
from bodybroker.world.lab import storage
from bodybroker.world.ledger import items, money_cents


def test_parts_move_into_the_stash_and_back_several_at_once(bench, book):
    world = bench.world
    first, second, third = bench.carry(bench.item("hand"), bench.item("eye"), bench.item("bone"))
    before = world.state.minute
    world.do("store_item", item_ids=[first, third])
    assert [*world.state.player.inventory] == [second]
    assert {item.item_id for item in storage.in_hideout(world.state)} == {first, third}
    assert world.state.minute == before + book.storage.handling_minutes
    world.do("take_item", item_ids=[third])
    assert {*world.state.player.inventory} == {second, third}
    assert [item.item_id for item in storage.in_hideout(world.state)] == [first]


def test_storing_needs_a_stash_the_parts_and_room(make_bench, refused, nobody):
    bench = make_bench(storage={"hideout": {"room": 2}, "handling_limit": 3})
    world = bench.world
    ids = bench.carry(*(bench.item("hand") for _ in range(4)))
    with refused("unknown_item"):
        world.do("store_item", item_ids=[ids[0], nobody])
    with refused("too_many"):
        world.do("store_item", item_ids=ids)
    with refused("stash_full"):
        world.do("store_item", item_ids=ids[:3])
    world.do("store_item", item_ids=ids[:2])
    with refused("stash_full"):
        world.do("store_item", item_ids=ids[2:3])
    bench.piece("cold_box")
    world.do("store_item", item_ids=ids[2:3])
    world.go("street")
    with refused("no_stash"):
        world.do("store_item", item_ids=ids[3:])
    with refused("no_stash"):
        world.do("take_item", item_ids=ids[:1])


def test_taking_needs_the_parts_and_room_in_the_bag(make_bench, refused, nobody):
    bench = make_bench(player={"bag_size": 2}, storage={"handling_limit": 3})
    ids = bench.stash(*(bench.item("hand") for _ in range(4)))
    with refused("unknown_item"):
        bench.world.do("take_item", item_ids=[nobody])
    with refused("too_many"):
        bench.world.do("take_item", item_ids=ids)
    with refused("bag_full"):
        bench.world.do("take_item", item_ids=ids[:3])
    bench.world.do("take_item", item_ids=ids[:2])
    with refused("bag_full"):
        bench.world.do("take_item", item_ids=ids[2:3])


@pytest.fixture
def at_warehouse(bench, book):
    bench.cash(book.storage.price_cents + 10 * book.storage.rent_cents)
    bench.world.go("warehouse")
    return bench


def test_a_rented_warehouse_costs_rent_at_every_dawn(at_warehouse, book):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    cash, all_money = world.state.player.money_cents, money_cents(world.state)
    world.do("rent_warehouse", place_id=here)
    assert world.state.player.money_cents == cash - book.storage.rent_cents
    made = at_warehouse.next_phase() + at_warehouse.next_phase()
    (rent,) = [event for event in made if isinstance(event, events.RentDue)]
    assert rent == events.RentDue({here: book.storage.rent_cents}, {}, {})
    assert world.state.player.money_cents == cash - 2 * book.storage.rent_cents
    assert money_cents(world.state) == all_money


def test_a_warehouse_holds_what_the_rules_say(at_warehouse, book):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    world.do("rent_warehouse", place_id=here)
    ids = at_warehouse.carry(*(at_warehouse.item("bone") for _ in range(3)))
    world.do("store_item", item_ids=ids)
    assert storage.room(world.state, here, book) == book.storage.warehouse.room - 3
    assert storage.stashes(world.state) == [world.place("hideout"), here]


def test_an_unpaid_warehouse_is_cleared_out_after_the_days_of_grace(at_warehouse, book):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    world.do("rent_warehouse", place_id=here)
    (item_id,) = at_warehouse.stash(at_warehouse.item("bone"), place_id=here)
    at_warehouse.cash(book.storage.rent_cents - 1)
    for day in range(1, book.storage.grace_days + 1):
        at_warehouse.next_phase(), at_warehouse.next_phase()
        assert world.state.lab.stores[here].unpaid_days == day
    made = at_warehouse.next_phase() + at_warehouse.next_phase()
    (rent,) = [event for event in made if isinstance(event, events.RentDue)]
    assert rent == events.RentDue({}, {}, {here: (item_id,)})
    assert here not in world.state.lab.stores and at_warehouse.find(item_id) is None
    assert item_id not in {item.item_id for item in items(world.state)}


def test_rent_in_arrears_is_paid_together(at_warehouse, book):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    world.do("rent_warehouse", place_id=here)
    at_warehouse.cash(0)
    at_warehouse.next_phase(), at_warehouse.next_phase()
    at_warehouse.cash(2 * book.storage.rent_cents)
    at_warehouse.next_phase(), at_warehouse.next_phase()
    assert world.state.player.money_cents == 0 and world.state.lab.stores[here].unpaid_days == 0


def test_a_bought_warehouse_costs_no_rent_and_keeps_what_lay_there(at_warehouse, book):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    world.do("rent_warehouse", place_id=here)
    (item_id,) = at_warehouse.stash(at_warehouse.item("bone"), place_id=here)
    cash = world.state.player.money_cents
    world.do("buy_warehouse", place_id=here)
    assert world.state.player.money_cents == cash - book.storage.price_cents
    made = at_warehouse.next_phase() + at_warehouse.next_phase()
    assert not [event for event in made if isinstance(event, events.RentDue)]
    assert at_warehouse.find(item_id)


def test_warehouses_are_acquired_and_left_on_the_spot(at_warehouse, refused, nobody):
    world, here = at_warehouse.world, at_warehouse.world.place("warehouse")
    for command in ("rent_warehouse", "buy_warehouse", "leave_warehouse"):
        for place_id in (nobody, world.place("street")):
            with refused("not_a_warehouse"):
                world.do(command, place_id=place_id)
    with refused("not_rented"):
        world.do("leave_warehouse", place_id=here)
    world.do("rent_warehouse", place_id=here)
    with refused("has_warehouse"):
        world.do("rent_warehouse", place_id=here)
    at_warehouse.stash(at_warehouse.item("bone"), place_id=here)
    with refused("stash_not_empty"):
        world.do("leave_warehouse", place_id=here)
    world.do("take_item", item_ids=[*world.state.lab.stores[here].items])
    world.do("leave_warehouse", place_id=here)
    assert here not in world.state.lab.stores
    world.do("buy_warehouse", place_id=here)
    with refused("has_warehouse"):
        world.do("buy_warehouse", place_id=here)
    with refused("not_rented"):
        world.do("leave_warehouse", place_id=here)
    world.go("street")
    for command in ("rent_warehouse", "buy_warehouse", "leave_warehouse"):
        with refused("not_here"):
            world.do(command, place_id=here)


def test_a_warehouse_that_cannot_be_paid_is_not_given(bench, refused):
    bench.world.go("warehouse")
    bench.cash(bench.world.rules.storage.rent_cents - 1)
    for command in ("rent_warehouse", "buy_warehouse"):
        with refused("not_enough_money"):
            bench.world.do(command, place_id=bench.world.place("warehouse"))

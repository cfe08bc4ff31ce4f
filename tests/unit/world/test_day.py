"""Commands of the day: walking, shopping, the lab, hiding."""

from itertools import permutations

import pytest
from bodybroker.world import events
from bodybroker.world.lab.checks import free_equipment
from msgspec.structs import replace


def test_a_new_world_starts_in_the_hideout_by_day_with_the_rules_money(world, book):
    assert world.state.player.place_id == world.place("hideout")
    assert (world.state.phase, world.state.minute) == ("day", book.clock.start_minute)
    assert world.state.player.money_cents == book.player.money_cents
    assert (world.state.version, len(world.log), world.state.player.heat) == (1, 1, 0)


@pytest.mark.parametrize("seed", [-1, 2**53])
def test_seeds_outside_the_limit_make_no_world(make_world, seed):
    with pytest.raises(ValueError, match="seed"):
        make_world(seed)


def test_walking_takes_the_exits_minutes(world, names):
    way = world.state.places[world.place("hideout")].site.exits[0]
    before = world.state.minute
    assert names(world.do("travel", place_id=way.place_id)) == ["Travelled", "TimePassed"]
    assert (world.state.player.place_id, world.state.minute) == (way.place_id, before + way.minutes)


@pytest.mark.parametrize("where", ["morgue", "hideout", None])
def test_one_cannot_walk_through_walls(world, where, refused, nobody):
    with refused("no_way_there"):
        world.do("travel", place_id=world.place(where) if where else nobody)


def test_equipment_costs_money_and_stands_in_the_lab(world, book):
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    (piece,) = world.state.lab.equipment.values()
    assert (piece.kind, piece.growth_id, piece.provenance.seed) == ("nutrient_bath", None, world.state.seed)
    price = book.equipment.equipment["nutrient_bath"].price_cents
    assert world.state.player.money_cents == book.player.money_cents - price


def test_equipment_has_its_time_place_price_and_room(make_world, change, refused):
    world = make_world(rules=change(player={"money_cents": 10_000_000}))
    with refused("unknown_equipment"):
        world.do("buy_equipment", equipment="cauldron")
    with refused("not_on_the_street"):
        world.do("buy_equipment", equipment="nutrient_bath")
    world.go("street")
    for _ in range(world.rules.equipment.equipment["organ_vat"].limit):
        world.do("buy_equipment", equipment="organ_vat")
    with refused("equipment_limit"):
        world.do("buy_equipment", equipment="organ_vat")
    world.wait_for("night")
    with refused("wrong_phase"):
        world.do("buy_equipment", equipment="nutrient_bath")
    poor = make_world()
    poor.go("street")
    with refused("not_enough_money"):
        poor.do("buy_equipment", equipment="organ_vat")


@pytest.fixture
def lab(world):
    """A world with one nutrient bath, the player at home."""
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    world.go("hideout")
    return world


def test_a_part_grows_over_time_and_is_collected(lab, book, refused):
    rule = book.parts.parts["skin"].growth
    money = lab.state.player.money_cents
    lab.do("grow_part", part="skin")
    (growth,) = lab.state.lab.growths.values()
    assert lab.state.player.money_cents == money - rule.cost_cents
    assert growth.ready_minute - growth.started_minute == rule.minutes
    assert next(iter(lab.state.lab.equipment.values())).growth_id == growth.growth_id
    with refused("growth_not_ready"):
        lab.do("collect_part", growth_id=growth.growth_id)
    made = lab.do("wait", minutes=rule.minutes)
    (grown,) = [event for event in made if isinstance(event, events.PartGrown)]
    assert lab.state.tally.parts_grown == 1
    lab.do("collect_part", growth_id=growth.growth_id)
    item = lab.state.player.inventory[grown.item.item_id]
    assert item.part == "skin" and rule.quality.low <= item.quality <= rule.quality.high
    assert item.provenance.generator == "lab"
    assert not lab.state.lab.growths and next(iter(lab.state.lab.equipment.values())).growth_id is None
    with refused("unknown_growth"):
        lab.do("collect_part", growth_id=growth.growth_id)


def test_a_part_ripens_at_its_very_minute(lab, book, names):
    lab.do("grow_part", part="skin")
    (growth,) = lab.state.lab.growths.values()
    made = lab.do("wait", minutes=book.parts.parts["skin"].growth.minutes + 60)
    at = names(made).index("PartGrown")
    assert made[at - 1].minute == growth.ready_minute


def test_growing_needs_a_part_a_place_equipment_room_and_money(make_world, change, lab, refused):
    with refused("unknown_part"):
        lab.do("grow_part", part="soul")
    with refused("part_not_growable"):
        lab.do("grow_part", part="brain")
    with refused("equipment_missing"):
        lab.do("grow_part", part="liver")
    lab.do("grow_part", part="skin")
    with refused("equipment_busy"):
        lab.do("grow_part", part="hand")
    lab.go("street")
    with refused("not_in_hideout"):
        lab.do("grow_part", part="skin")
    with refused("not_in_hideout"):
        lab.do("collect_part", growth_id=next(iter(lab.state.lab.growths)))
    price = lab.rules.equipment.equipment["nutrient_bath"].price_cents
    poor = make_world(rules=change(player={"money_cents": price}))
    poor.go("street")
    poor.do("buy_equipment", equipment="nutrient_bath")
    poor.go("hideout")
    assert poor.state.player.money_cents == 0
    with refused("not_enough_money"):
        poor.do("grow_part", part="skin")


def test_a_grown_part_waits_until_the_bag_has_room(make_world, change, refused):
    world = make_world(rules=change(player={"bag_size": 1}, police={"notice": {"low": 0, "high": 0}}))
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    world.go("hideout")
    world.do("grow_part", part="skin")
    (growth_id,) = world.state.lab.growths
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert len(world.state.player.inventory) == 1
    world.go("hideout")
    world.do("lie_low")
    with refused("bag_full"):
        world.do("collect_part", growth_id=growth_id)
    assert growth_id in world.state.lab.growths


def test_lying_low_is_done_at_home_and_cools_and_heals_faster(make_world, change, refused):
    hunted = change(police={"notice": {"low": 1000, "high": 1000}, "arrest": {"low": 0, "high": 0}})
    free, hidden = make_world(rules=hunted), make_world(rules=hunted)
    for world in (free, hidden):
        world.go("morgue")
        world.do("rob_morgue", place_id=world.place("morgue"))
        world.go("hideout")
    assert free.state == hidden.state and free.state.player.heat > 0 and free.state.player.health < 100
    hurt = free.state.player
    free.do("wait", minutes=free.rules.player.lie_low_minutes)
    hidden.do("lie_low")
    assert hidden.state.minute == free.state.minute
    assert hidden.state.player.heat < free.state.player.heat < hurt.heat
    assert hidden.state.player.health > free.state.player.health == hurt.health
    hidden.go("street")
    with refused("not_in_hideout"):
        hidden.do("lie_low")


def test_which_of_two_free_pieces_is_used_does_not_depend_on_the_order_of_loading(make_world, change):
    world = make_world(rules=change(player={"money_cents": 200_000}))
    world.go("street")
    for _ in range(3):
        world.do("buy_equipment", equipment="nutrient_bath")
    pieces = world.state.lab.equipment
    chosen = {
        free_equipment(
            replace(world.state, lab=replace(world.state.lab, equipment=dict(order))), "nutrient_bath"
        ).equipment_id
        for order in permutations(pieces.items())
    }
    assert len(pieces) == 3 and len(chosen) == 1

"""Ingredients and recipes: what is to be had, and what it makes of a part."""

import pytest
from bodybroker.world import events
from bodybroker.world.lab import ingredients, parts
from bodybroker.world.ledger import items, money_cents

SURE = {"recipes": {"recipes": {"brine": {"success_per_mille": 1000}}}}
HOPELESS = {"recipes": {"recipes": {"brine": {"success_per_mille": 0}}}}
CLEAN = {"equipment": {"contamination": {"base": 0, "per_dirt_point": 0, "per_wear_point": 0}}}


@pytest.fixture
def at_dealer(bench):
    """On the street by day, with money and a dealer who has formalin."""
    bench.world.go("street")
    bench.cash(1_000_000)
    return bench


def test_an_ingredient_costs_what_the_dealer_asks_today(at_dealer, book):
    world = at_dealer.world
    supply = ingredients.supply(world.state, "formalin", book)
    before = world.state
    world.do("buy_ingredient", ingredient="formalin", count=2)
    assert before.player.money_cents - world.state.player.money_cents == 2 * supply.price_cents
    assert world.state.lab.ingredients == {"formalin": 2}
    assert world.state.minute == before.minute + book.ingredients.buying_minutes
    assert money_cents(world.state) == money_cents(before)


def test_prices_and_stocks_keep_to_the_rules_and_change_from_dawn_to_dawn(at_dealer, book):
    seen, swing = set(), book.ingredients.price_swing_per_mille
    for _ in range(6):
        for name, rule in book.ingredients.ingredients.items():
            supply = ingredients.supply(at_dealer.world.state, name, book)
            assert rule.stock.low <= supply.left <= rule.stock.high
            assert abs(supply.price_cents - rule.price_cents) * 1000 <= rule.price_cents * swing + 1000
        seen.add(ingredients.supply(at_dealer.world.state, "formalin", book))
        at_dealer.next_phase(), at_dealer.next_phase()
    assert len(seen) > 1


def test_a_dealer_runs_out_until_the_next_dawn(make_bench, refused):
    bench = make_bench(ingredients={"ingredients": {"formalin": {"stock": {"low": 3, "high": 3}}}})
    bench.world.go("street")
    bench.cash(1_000_000)
    bench.world.do("buy_ingredient", ingredient="formalin", count=2)
    with refused("sold_out"):
        bench.world.do("buy_ingredient", ingredient="formalin", count=2)
    bench.world.do("buy_ingredient", ingredient="formalin", count=1)
    with refused("sold_out"):
        bench.world.do("buy_ingredient", ingredient="formalin", count=1)
    bench.next_phase(), bench.next_phase()
    bench.world.do("buy_ingredient", ingredient="formalin", count=3)
    assert bench.world.state.lab.ingredients == {"formalin": 6}


def test_a_night_is_one_day_of_the_dealers(bench, book):
    bench.world.wait_for("night")
    day = ingredients.dealers_day(bench.world.state, book)
    while bench.world.state.phase == "night":
        assert ingredients.dealers_day(bench.world.state, book) == day
        bench.world.do("wait", minutes=60)
    assert ingredients.dealers_day(bench.world.state, book) == day + 1


def test_buying_has_its_place_time_measure_and_price(bench, refused):
    world = bench.world
    with refused("unknown_ingredient"):
        world.do("buy_ingredient", ingredient="ectoplasm", count=1)
    with refused("not_sold_here"):
        world.do("buy_ingredient", ingredient="formalin", count=1)
    world.go("street")
    with refused("too_many"):
        world.do("buy_ingredient", ingredient="formalin", count=world.rules.ingredients.buying_limit + 1)
    bench.cash(0)
    with refused("not_enough_money"):
        world.do("buy_ingredient", ingredient="formalin", count=1)
    world.go("graveyard")
    with refused("wrong_phase"):
        world.do("buy_ingredient", ingredient="grave_loam", count=1)
    world.wait_for("night")
    bench.cash(100_000)
    world.do("buy_ingredient", ingredient="grave_loam", count=1)
    world.go("street")
    with refused("wrong_phase"):
        world.do("buy_ingredient", ingredient="formalin", count=1)


def bath(make_bench, *rules):
    sections = {name: section for rule in rules for name, section in rule.items()}
    bench = make_bench(**sections)
    bench.piece("nutrient_bath")
    bench.ingredients(formalin=1, raw_honey=3)
    return bench


def test_a_treated_part_is_for_its_race_and_used_the_ingredients_up(make_bench):
    bench = bath(make_bench, SURE, CLEAN)
    (item_id,) = bench.carry(bench.item("hand", 70))
    before = bench.world.state
    (treated, *_) = bench.world.do("treat_part", item_id=item_id, recipe="brine")
    item, rules = bench.find(item_id), bench.world.rules
    assert (treated.outcome, item.treated_for, item.quality, item.contaminated) == ("treated", "zombie", 70, False)
    assert bench.world.state.lab.ingredients == {"raw_honey": 2}
    assert bench.world.state.minute == before.minute + rules.recipes.recipes["brine"].minutes
    (piece,) = bench.world.state.lab.equipment.values()
    rule = rules.equipment.equipment["nutrient_bath"]
    assert (piece.wear, piece.dirt) == (rule.wear, rule.dirt)
    assert len(list(items(bench.world.state))) == len(list(items(before)))


def test_a_failed_treatment_costs_quality_and_ingredients(make_bench):
    bench = bath(make_bench, HOPELESS, CLEAN)
    (item_id,) = bench.carry(bench.item("hand", 70))
    (failed, *_) = bench.world.do("treat_part", item_id=item_id, recipe="brine")
    item, left = bench.find(item_id), bench.world.rules.recipes.recipes["brine"].failure_per_mille
    assert (failed.outcome, item.treated_for) == ("failed", None)
    assert 70 * left.low // 1000 <= item.quality <= 70 * left.high // 1000
    assert bench.world.state.lab.ingredients == {"raw_honey": 2}


def test_a_dirty_piece_contaminates_what_it_treats(make_bench):
    bench = bath(make_bench, SURE, {"equipment": {"contamination": {"base": 1000, "high": 1000}}})
    (item_id,) = bench.carry(bench.item("hand"))
    bench.world.do("treat_part", item_id=item_id, recipe="brine")
    assert bench.find(item_id).contaminated


def test_worse_equipment_fails_more_often(make_bench):
    failures = []
    for quality, wear in ((98, 0), (10, 80)):
        failed = 0
        for seed in range(30):
            bench = make_bench(seed, **SURE)
            bench.piece("nutrient_bath", quality=quality, wear=wear)
            bench.ingredients(formalin=1, raw_honey=1)
            (item_id,) = bench.carry(bench.item("hand"))
            (treated, *_) = bench.world.do("treat_part", item_id=item_id, recipe="brine")
            failed += treated.outcome == "failed"
        failures.append(failed)
    assert failures[0] == 0 < failures[1]


def test_a_part_in_the_hideouts_stash_is_treated_where_it_lies(make_bench):
    bench = bath(make_bench, SURE)
    (item_id,) = bench.stash(bench.item("hand"))
    made = bench.world.do("treat_part", item_id=item_id, recipe="brine")
    assert isinstance(made[0], events.PartTreated) and bench.find(item_id).treated_for == "zombie"
    assert not bench.world.state.player.inventory


def test_treating_needs_recipe_part_place_ingredients_and_equipment(make_bench, refused, nobody):
    bench = bath(make_bench, SURE)
    world = bench.world
    fresh, treated = bench.carry(bench.item("hand"), bench.item("hand", treated_for="ghoul"))
    with refused("unknown_recipe"):
        world.do("treat_part", item_id=fresh, recipe="alchemy")
    with refused("unknown_item"):
        world.do("treat_part", item_id=nobody, recipe="brine")
    with refused("already_treated"):
        world.do("treat_part", item_id=treated, recipe="brine")
    bench.ingredients(formalin=0)
    with refused("ingredients_missing"):
        world.do("treat_part", item_id=fresh, recipe="brine")
    bench.ingredients(formalin=1)
    world.do("grow_part", part="skin")
    with refused("equipment_busy"):
        world.do("treat_part", item_id=fresh, recipe="brine")
    bench.ingredients(grave_loam=2, raw_honey=1)
    with refused("equipment_missing"):
        world.do("treat_part", item_id=fresh, recipe="grave_ripening")
    world.go("street")
    with refused("not_in_hideout"):
        world.do("treat_part", item_id=fresh, recipe="brine")


def test_condition_is_the_quality_that_freshness_leaves(bench):
    assert parts.condition(bench.item(quality=80)) == 80
    assert parts.condition(bench.item(quality=80, freshness=500)) == 40
    assert parts.condition(bench.item(quality=80, freshness=1)) == 0


def test_a_part_is_worth_more_to_the_race_it_was_treated_for_and_less_to_others(bench, book):
    recipe, sick = book.recipes.recipes["brine"], book.storage.contamination.worth_per_mille
    item = bench.item(treated_for="zombie")
    assert parts.worth_per_mille(bench.item(), "zombie", book) == 1000
    assert parts.worth_per_mille(item, "zombie", book) == recipe.worth_per_mille > 1000
    assert parts.worth_per_mille(item, "vampire", book) == recipe.others_per_mille < 1000
    assert parts.worth_per_mille(bench.item(contaminated=True), "vampire", book) == sick < 1000
    both = bench.item(contaminated=True, treated_for="zombie")
    assert parts.worth_per_mille(both, "zombie", book) == sick * recipe.worth_per_mille // 1000
    assert parts.worth_per_mille(bench.item(treated_for="angel"), "zombie", book) == 1000

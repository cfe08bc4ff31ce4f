"""Prices: supply, demand, fashion, trust, reputation, difficulty."""

from itertools import pairwise

from bodybroker.world.market import prices
from msgspec.structs import replace


def test_every_sale_of_a_part_lowers_what_its_race_pays_until_the_lowest(market):
    market.before("ghoul")
    rule = market.world.rules.market.prices
    part = min(market.npc.character.tastes)
    seen = [prices.demand(market.world.state, "ghoul", part)]
    for _ in range(24):
        market.npc_is(purse_cents=market.npc.character.purse_cents)
        market.sell(market.give(part))
        market.put(minute=market.world.state.minute - market.world.rules.market.deal_minutes)
        seen.append(prices.demand(market.world.state, "ghoul", part))
    assert seen[0] == prices.USUAL and seen[1] == prices.USUAL * (1000 - rule.glut_per_sale) // 1000
    assert all(later < sooner or later == rule.glut_lowest for sooner, later in pairwise(seen))
    assert seen[-1] == rule.glut_lowest
    assert prices.demand(market.world.state, "zombie", part) == prices.USUAL


def test_demand_comes_back_by_the_day_and_is_then_forgotten(market):
    market.market_is(demand={"ghoul/bone": 700, "ghoul/skin": 990})
    rule = market.world.rules.market.prices
    market.world.wait_for("night")
    assert market.market.demand == {"ghoul/bone": 700 + rule.glut_recovery}
    for _ in range(4):
        market.world.wait_for("day")
        market.world.wait_for("night")
    assert market.market.demand == {}


def test_trust_desire_reputation_and_an_easy_world_pay(market):
    market.before("ghoul")
    item = market.give(quality=40)

    def price():
        return prices.market_price(market.world.state, market.npc, item, market.world.rules)

    market.npc_is(mood="wary")
    market.stands(trust=0)
    poor = price()
    market.stands(trust=100)
    trusted = price()
    market.stands(trust=100, desire=100)
    desired = price()
    market.market_is(reputation=1000)
    famous = price()
    market.put(city=replace(market.world.state.city, difficulty="story"))
    easy = price()
    assert poor < trusted < desired < famous < easy <= market.npc.character.tastes[item.part].cap_cents


def test_a_race_is_mad_about_one_part_for_a_week(market):
    market.before("ghoul")
    rules, days = market.world.rules, market.world.rules.market.prices.fashion_days
    races = rules.races.races

    def fashion(race, day):
        return prices.fashion(replace(market.world.state, minute=day * 1440), race, rules)

    for race in races:
        assert {fashion(race, day) for day in range(days)} == {fashion(race, 0)} <= set(races[race].appetite)
    assert len({fashion("vampire", week * days) for week in range(20)}) > 2


def test_what_is_in_fashion_is_dearer(market, change):
    market.before("ghoul")
    part = prices.fashion(market.world.state, "ghoul", market.world.rules)
    taste = next(iter(market.npc.character.tastes.values()))
    character = replace(market.npc.character, tastes={"bone": taste, "lung": taste, part: taste})
    market.npc_is(character=character, mood="wary")
    paid = {
        wanted: prices.market_price(market.world.state, market.npc, market.give(wanted, 30), market.world.rules)
        for wanted in character.tastes
    }
    assert all(paid[part] > cents for wanted, cents in paid.items() if wanted != part)


def test_an_offer_that_was_haggled_for_a_good_part_does_not_hold_for_a_worse_one(market):
    market.before("ghoul")
    market.stands(trust=100)
    market.npc_is(mood="calm")
    good, bad = market.give(quality=60), market.give(quality=20)
    usual, _ = prices.quote(market.world.state, market.npc, good, market.world.rules)
    made = market.haggle(good, usual + 1)
    assert made[0].outcome == "accepted"
    _, for_good = prices.quote(market.world.state, market.npc, good, market.world.rules)
    cheap, for_bad = prices.quote(market.world.state, market.npc, bad, market.world.rules)
    assert for_good and not for_bad and cheap < usual


def test_treatment_and_contamination_show_in_the_price(market):
    market.before("ghoul")
    market.npc_is(mood="wary")

    def price(**fields):
        item = market.give(quality=30, **fields)
        return prices.market_price(market.world.state, market.npc, item, market.world.rules)

    assert price(treated_for="ghoul") > price() > price(treated_for="vampire")
    assert price() > price(contaminated=True)
    assert price() > price(freshness=600)

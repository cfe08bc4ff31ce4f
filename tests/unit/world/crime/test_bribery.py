"""Bribes: taken, refused or betrayed, and what they cost."""

from collections import Counter

import pytest
from bodybroker.world.crime import bribery
from bodybroker.world.crime.stores import rules_of
from msgspec.structs import replace

NEVER, ALWAYS = {"low": 0, "high": 0}, {"low": 1000, "high": 1000}
TAKEN = {"refused": NEVER, "betrayed": NEVER}
REFUSED = {"refused": ALWAYS}
BETRAYED = {"refused": NEVER, "betrayed": ALWAYS}


@pytest.fixture
def bribed(make_world, change):
    def bribe(target, how, kind, seed=7, heat=40):
        rules = change(crime={"bribe": {target: how}}, player={"money_cents": 1_000_000})
        world = make_world(seed, rules)
        world.go(kind)
        world.state = replace(world.state, player=replace(world.state.player, heat=heat))
        before = world.state
        return world, before, world.do("bribe", target=target)[0]

    return bribe


def test_bribed_guards_look_away_until_dawn(bribed, refused):
    world, before, offer = bribed("guards", TAKEN, "hospital")
    assert offer.outcome == "taken" and offer.price_cents == bribery.price_cents(before, world.rules, "guards")
    assert world.state.player.money_cents == before.player.money_cents - offer.price_cents
    assert world.state.city_cents == before.city_cents + offer.price_cents
    assert world.state.crime.bribed == (world.place("hospital"),)
    with refused("already_bribed"):
        world.do("bribe", target="guards")
    world.wait_for("night")
    assert world.state.crime.bribed
    world.wait_for("day")
    assert not world.state.crime.bribed


def test_bribed_officers_forget_and_tell(bribed):
    world, before, offer = bribed("officers", TAKEN, "street")
    assert offer.heat == before.player.heat - world.rules.crime.bribe.officers.heat_off
    assert world.state.crime.bribed == (world.place("street"),)


def test_who_refuses_takes_nothing(bribed):
    world, before, offer = bribed("guards", REFUSED, "morgue")
    assert (offer.outcome, offer.price_cents) == ("refused", 0)
    assert world.state.player.money_cents == before.player.money_cents and not world.state.crime.bribed
    assert world.state.minute == before.minute + world.rules.crime.bribe.guards.minutes


def test_who_betrays_takes_the_money_and_reports_it(bribed):
    world, before, offer = bribed("guards", BETRAYED, "morgue")
    rule, morgue = world.rules.crime.bribe.guards, world.place("morgue")
    assert offer.outcome == "betrayed" and offer.heat == before.player.heat + rule.betrayed_heat
    assert world.state.player.money_cents == before.player.money_cents - offer.price_cents < before.player.money_cents
    alarm = before.places[morgue].alarm + rules_of(world.rules, "morgue").alarm_rise
    assert world.state.places[morgue].alarm == alarm
    assert world.state.crime.leads == world.rules.police.leads.bribe and not world.state.crime.bribed


def test_prices_rise_with_heads_and_exposure(make_world, book):
    world = make_world()
    world.go("hospital")
    rule, site = book.crime.bribe.guards, world.state.places[world.place("hospital")].site
    assert bribery.price_cents(world.state, book, "guards") == rule.price_cents + site.guards * rule.per_head_cents
    exposed = replace(world.state, empire=replace(world.state.empire, exposure=30))
    more = bribery.price_cents(exposed, book, "guards") - bribery.price_cents(world.state, book, "guards")
    assert more == 30 * rule.per_exposure_cents


def test_an_exposed_player_is_refused_and_betrayed_more_often(bribed):
    def outcomes(heat):
        return Counter(bribed("guards", {}, "morgue", seed, heat)[2].outcome for seed in range(120))

    calm, hot = outcomes(0), outcomes(100)
    assert set(calm) == set(hot) == {"taken", "refused", "betrayed"}
    assert calm["taken"] > hot["taken"] + 20


def test_bribes_need_somebody_to_take_them_and_money(make_world, change, refused):
    world = make_world(rules=change(player={"money_cents": 0}))
    for target in ("guards", "officers"):
        with refused("nobody_to_bribe"):
            world.do("bribe", target=target)
    world.go("street")
    with refused("nobody_to_bribe"):
        world.do("bribe", target="guards")
    world.go("morgue")
    with refused("nobody_to_bribe"):
        world.do("bribe", target="officers")
    with refused("not_enough_money"):
        world.do("bribe", target="guards")

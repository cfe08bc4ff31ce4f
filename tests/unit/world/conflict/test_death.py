"""Death and its price."""

import pytest
from bodybroker.world.ledger import money_cents
from bodybroker.world.views import view
from msgspec.structs import replace


@pytest.fixture
def doomed(make_world, change, threaten, with_player):
    """A world in which giving in means death."""
    world = make_world(rules=change(conflict={"kinds": {"hunters": {"surrender": {"kills_per_mille": 1000}}}}))
    world.go("morgue")
    item = next(iter(world.state.places[world.place("morgue")].stock.values()))
    with_player(world, inventory={item.item_id: item}, money_cents=10_001, heat=41)
    threaten(world)
    return world


def test_the_dead_wake_at_home_at_dusk_with_less(doomed):
    rule, before = doomed.rules.conflict.death, doomed.state
    doomed.do("surrender")
    now = doomed.state
    assert now.minute == doomed.rules.clock.dusk_minute and now.phase == "night"
    assert now.player.place_id == doomed.place("hideout") and now.player.inventory == {}
    assert now.player.money_cents == 10_001 - 10_001 * rule.cash_per_mille // 1000
    assert now.player.humanity == before.player.humanity - rule.humanity
    assert now.player.health == rule.health and now.player.heat <= 41 * rule.heat_left_per_mille // 1000
    assert now.conflict.deaths == 1 and now.conflict.danger is None
    assert money_cents(now) == money_cents(before)


def test_the_price_grows_with_each_death(doomed, threaten, with_player):
    rule = doomed.rules.conflict.death
    doomed.do("surrender")
    with_player(doomed, money_cents=10_000, humanity=100)
    threaten(doomed)
    doomed.do("surrender")
    share = rule.cash_per_mille + rule.cash_per_mille_per_death
    assert doomed.state.player.money_cents == 10_000 - 10_000 * share // 1000
    assert doomed.state.player.humanity == 100 - rule.humanity - rule.humanity_per_death
    assert doomed.state.minute == doomed.rules.clock.dusk_minute + 1440


@pytest.mark.parametrize("difficulty", ["story", "hard"])
def test_death_is_dearer_where_the_world_is_hard(make_world, change, threaten, with_player, difficulty):
    rules = change(conflict={"kinds": {"hunters": {"surrender": {"kills_per_mille": 1000}}}})
    world = make_world(rules=rules)
    world.state = replace(world.state, city=replace(world.state.city, difficulty=difficulty))
    with_player(world, money_cents=10_000)
    threaten(world)
    world.do("surrender")
    rule, per_mille = rules.conflict.death, rules.difficulty.levels[difficulty].death
    assert world.state.player.money_cents == 10_000 - 10 * (rule.cash_per_mille * per_mille // 1000)
    assert world.state.player.humanity == 100 - rule.humanity * per_mille // 1000


def test_a_hundred_deaths_leave_a_world_that_goes_on(doomed, threaten):
    conflict = replace(doomed.state.conflict, deaths=100)
    doomed.state = replace(doomed.state, conflict=conflict)
    doomed.do("surrender")
    assert doomed.state.player.money_cents == 0 and doomed.state.player.humanity == 0
    allowed = {a["command"]["type"] for a in view(doomed.state, doomed.rules)["actions"] if a["allowed"]}
    assert {"wait", "travel"} <= allowed


def test_blows_can_kill(make_world, change, threaten, fighter, with_player):
    rules = change(
        conflict={
            "kinds": {"hunters": {"beaten": {"kills_per_mille": 1000}}},
            "combat": {"hit": {"low": 1000, "high": 1000}},
        }
    )
    world = make_world(rules=rules)
    with_player(world, health=1)
    threaten(world, "hunters", fighter(strength=100, speed=100, nerve=100, health=100))
    while world.state.conflict.danger is not None:
        world.do("fight")
    assert world.state.conflict.deaths + world.state.conflict.won == 1
    assert world.state.player.health >= 1

"""Running and hiding."""

import pytest
from bodybroker.world.conflict.flight import hiding_per_mille
from bodybroker.world.draft import Draft
from msgspec.structs import replace


def chance(world):
    return hiding_per_mille(Draft(world.state, world.rules), world.state.conflict.danger)


def escapes(make_world, threaten, kind, command, *foes, at="street"):
    """How often the first try succeeds over many worlds."""
    done = 0
    for seed in range(40):
        world = make_world(seed)
        world.go(at)
        threaten(world, kind, *foes)
        world.do(command)
        done += world.state.conflict.danger is None and world.state.conflict.escaped == 1
    return done


def test_the_slow_are_left_behind_and_the_fast_catch_up(make_world, threaten, fighter):
    slow, fast = fighter("slow", speed=0), fighter("fast", speed=100, nerve=100)
    assert escapes(make_world, threaten, "rivals", "flee", slow) > 30
    assert escapes(make_world, threaten, "rivals", "flee", fast) < 5


def test_running_leads_through_an_exit_and_pursuers_follow(make_world, change, threaten, fighter):
    world = make_world(rules=change(conflict={"flight": {"dice": 1, "escape_lead": 50}}))
    world.go("street")
    own = world.rules.conflict.player.speed + world.rules.conflict.terrain["street"].run
    threaten(world, "rivals", fighter(speed=own - 7))
    morgue = world.place("morgue")
    made = world.do("flee", place_id=morgue)
    assert (made[0].place_id, made[0].lead) == (morgue, 7) and world.state.player.place_id == morgue
    assert world.state.conflict.danger.lead == 7 and world.state.conflict.danger.place_id == morgue


def test_caught_means_struck_and_no_way_ahead(make_world, change, threaten, fighter):
    world = make_world(rules=change(conflict={"combat": {"hit": {"low": 1000, "high": 1000}}}))
    world.go("street")
    here = world.state.player.place_id
    threaten(world, "rivals", fighter(speed=100, nerve=100))
    made = world.do("flee")
    assert made[0].lead == 0 and world.state.player.place_id == here
    assert [blow.on for blow in made[1].blows] == ["you"] and world.state.player.health < 100


def test_there_must_be_a_way(world, threaten, refused, nobody):
    threaten(world, "rivals")
    with refused("no_way_there"):
        world.do("flee", place_id=nobody)


def test_from_a_victim_one_always_gets_away(make_world, threaten, fighter):
    assert escapes(make_world, threaten, "victim", "flee", fighter(speed=100)) == 40


def test_allies_hold_pursuers_back(make_world, threaten, fighter):
    for seed in range(10):
        world = make_world(seed)
        threaten(world, "hunters", fighter(speed=100), allies=(fighter("ally"),))
        world.do("flee")
        assert world.state.conflict.escaped == 1


def test_many_pursuers_are_harder_to_shake_off(make_world, threaten, fighter):
    crowd = [fighter(f"{n}", speed=40) for n in range(6)]
    few = escapes(make_world, threaten, "rivals", "flee", crowd[0])
    assert escapes(make_world, threaten, "rivals", "flee", *crowd) < few


def test_wounds_slow_the_player_down(make_world, change, threaten, fighter, with_player):
    rules = change(conflict={"flight": {"dice": 1}})
    leads = {}
    for health in (100, 40):
        world = make_world(rules=rules)
        world.go("street")
        with_player(world, health=health)
        threaten(world, "rivals", fighter(speed=0))
        leads[health] = world.do("flee")[0].lead
    assert leads[40] < leads[100]


def test_graves_hide_better_than_the_open_street_and_night_better_than_day(world, threaten, fighter):
    threaten(world, "hunters", fighter())
    chances = {}
    for kind in ("street", "graveyard"):
        for phase in ("day", "night"):
            player = replace(world.state.player, place_id=world.place(kind))
            world.state = replace(world.state, player=player, phase=phase)
            chances[kind, phase] = chance(world)
    assert chances["street", "day"] < chances["street", "night"] < chances["graveyard", "night"]
    assert chances["street", "day"] < chances["graveyard", "day"]


def test_fog_hides_under_the_open_sky_only(world, threaten, fighter):
    threaten(world, "hunters", fighter())
    chances = {}
    for kind in ("street", "club"):
        for weather in ("clear", "fog"):
            player, city = replace(world.state.player, place_id=world.place(kind)), world.state.city
            world.state = replace(world.state, player=player, city=replace(city, weather=weather), phase="night")
            chances[kind, weather] = chance(world)
    assert chances["street", "fog"] > chances["street", "clear"]
    assert chances["club", "fog"] == chances["club", "clear"]


def test_a_lead_helps_to_run_on(make_world, change, threaten, fighter):
    world = make_world(rules=change(conflict={"flight": {"dice": 1, "escape_lead": 99}}))
    world.go("street")
    threaten(world, "rivals", fighter(speed=0), lead=3)
    ahead = world.do("flee")[0].lead
    world = make_world(rules=world.rules)
    world.go("street")
    threaten(world, "rivals", fighter(speed=0))
    assert world.do("flee")[0].lead == ahead - 3


def test_more_eyes_wounds_and_a_lost_lead_make_hiding_harder(world, threaten, fighter, with_player):
    danger = threaten(world, "customer", fighter(), fighter())
    rule, two = world.rules.conflict.hiding, chance(world)

    def altered(**fields):
        world.state = replace(world.state, conflict=replace(world.state.conflict, danger=replace(danger, **fields)))
        return chance(world)

    assert altered(foes=(fighter(),)) == two + rule.per_seeker
    assert altered(lead=5) == two + 5 * rule.per_lead
    with_player(world, health=40)
    assert altered() < two


@pytest.mark.parametrize(("per_mille", "hidden"), [(1000, True), (0, False)])
def test_hidden_is_away_and_found_is_struck(make_world, change, threaten, fighter, per_mille, hidden):
    hiding = {"low": per_mille, "high": per_mille}
    world = make_world(rules=change(conflict={"hiding": hiding, "combat": {"hit": {"low": 1000, "high": 1000}}}))
    threaten(world, "rivals", fighter(), lead=9)
    place = world.state.player.place_id
    world.do("hide")
    assert world.state.player.place_id == place
    assert (world.state.conflict.danger is None) == hidden == (world.state.player.health == 100)
    if not hidden:
        assert world.state.conflict.danger.lead == 0

"""Using powers: what they add, how long, at which price."""

import pytest
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.powers.effects import bonus
from msgspec.structs import replace


def threaten(world, **foe):
    draft = Draft(world.state, world.rules)
    fighter = Fighter(**{"name": "a rival", "strength": 40, "speed": 40, "nerve": 100, "health": 100, **foe})
    arise(draft, Danger("rivals", world.state.player.place_id, (fighter,)))
    world.state = draft.state


def points(world, ability):
    return bonus(world.state, world.rules, ability)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_power_adds_its_points_while_it_works(world, give, level):
    rule = world.rules.powers.powers["strength"].levels[level - 1]
    give(world, "strength", level)
    assert points(world, "strength") == 0
    start = world.state.minute
    world.do("use_power", power="strength")
    assert points(world, "strength") == rule.effects["strength"] and points(world, "charm") == 0
    assert world.state.minute == start
    world.do("wait", minutes=rule.minutes - 1)
    assert points(world, "strength") == rule.effects["strength"]
    world.do("wait", minutes=1)
    assert points(world, "strength") == 0


def test_a_power_that_ran_out_while_the_player_was_away_adds_nothing(world, give):
    give(world, "strength")
    world.do("use_power", power="strength")
    world.state = replace(world.state, minute=world.state.powers.owned["strength"].active_until)
    assert points(world, "strength") == 0


def test_its_end_is_told_at_its_minute(world, give, names):
    give(world, "speed")
    world.do("use_power", power="speed")
    minutes = world.rules.powers.powers["speed"].levels[0].minutes
    made = world.do("wait", minutes=minutes + 60)
    assert names(made)[:2] == ["TimePassed", "PowerEnded"] and made[0].minutes == minutes
    assert "PowerEnded" not in names(world.do("wait", minutes=60))


def test_it_cools_down(world, give, refused):
    level = world.rules.powers.powers["speed"].levels[0]
    give(world, "speed")
    world.do("use_power", power="speed")
    world.do("wait", minutes=level.cooldown_minutes - 1)
    with refused("power_cools_down"):
        world.do("use_power", power="speed")
    world.do("wait", minutes=1)
    world.do("use_power", power="speed")


def test_what_is_not_owned_cannot_be_used(world, refused):
    with refused("power_not_owned"):
        world.do("use_power", power="speed")


def test_use_costs_humanity_and_none_is_left_below_nothing(world, give, with_player, refused):
    level = world.rules.powers.powers["regeneration"].levels[0]
    give(world, "regeneration")
    with_player(world, humanity=level.use_humanity - 1)
    with refused("not_human_enough"):
        world.do("use_power", power="regeneration")
    with_player(world, humanity=level.use_humanity)
    world.do("use_power", power="regeneration")
    assert world.state.player.humanity == 0


@pytest.mark.parametrize("health", [1, 50, 90, 100])
def test_regeneration_heals_at_once(world, give, with_player, names, health):
    level = world.rules.powers.powers["regeneration"].levels[0]
    give(world, "regeneration")
    with_player(world, health=health)
    world.do("use_power", power="regeneration")
    assert world.state.player.health == min(100, health + level.heals)
    assert "PowerEnded" not in names(world.do("wait", minutes=60))


def test_some_powers_work_in_the_dark_only(world, give, refused):
    give(world, "night_sight")
    with refused("wrong_phase"):
        world.do("use_power", power="night_sight")
    world.wait_for("night")
    world.do("use_power", power="night_sight")
    assert points(world, "stealth") == world.rules.powers.powers["night_sight"].levels[0].effects["stealth"]
    world.state = replace(world.state, phase="day")
    assert points(world, "stealth") == 0


def test_several_powers_add_up_but_not_beyond_a_hundred(make_world, change, give):
    levels = [
        {
            "price_cents": 1,
            "humanity": 0,
            "use_humanity": 0,
            "minutes": 60,
            "cooldown_minutes": 60,
            "effects": {"speed": 70},
        }
    ]
    world = make_world(rules=change(powers={"powers": {"speed": {"levels": levels}}}))
    for name in ("speed", "night_sight"):
        give(world, name)
    world.state = replace(world.state, phase="night")
    world.do("use_power", power="night_sight")
    alone = points(world, "speed")
    world.do("use_power", power="speed")
    assert points(world, "speed") == 70 + alone
    stronger = change(powers={"powers": {"speed": {"levels": [{**levels[0], "effects": {"speed": 100}}]}}})
    assert bonus(world.state, stronger, "speed") == 100


def test_in_danger_powers_can_be_used_and_some_cost_a_turn(world, give, names):
    for name in ("speed", "invisibility"):
        give(world, name)
    threaten(world)
    assert names(world.do("use_power", power="speed")) == ["PowerUsed"]
    made = world.do("use_power", power="invisibility")
    assert names(made)[:2] == ["PowerUsed", "BlowsExchanged"]
    assert all(blow.by != "you" for blow in made[1].blows)


def test_strength_wins_fights_and_speed_outruns(make_world, give):
    def wins(name, command, outcome, **foe):
        won = 0
        for seed in range(30):
            world = make_world(seed)
            if name is not None:
                give(world, name, 3)
                world.do("use_power", power=name)
            world.go("street")
            threaten(world, **foe)
            for _ in range(30):
                if world.state.conflict.danger is not None:
                    world.do(command)
            won += getattr(world.state.conflict, outcome)
        return won

    assert wins("strength", "fight", "won", strength=75) > wins(None, "fight", "won", strength=75) + 5
    assert wins("speed", "flee", "escaped", speed=75) > wins(None, "flee", "escaped", speed=75) + 5

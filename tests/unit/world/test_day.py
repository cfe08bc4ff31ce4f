"""Commands of the day: walking, hiding."""

import pytest
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


def test_lying_low_is_done_at_home_and_cools_and_heals_faster(make_world, refused):
    free, hidden = make_world(), make_world()
    for world in (free, hidden):
        world.state = replace(world.state, player=replace(world.state.player, heat=70, health=30))
    assert free.state == hidden.state and free.state.player.heat > 0 and free.state.player.health < 100
    hurt = free.state.player
    free.do("wait", minutes=free.rules.player.lie_low_minutes)
    hidden.do("lie_low")
    assert hidden.state.minute == free.state.minute
    assert hidden.state.player.heat < free.state.player.heat < hurt.heat
    assert hidden.state.player.health > free.state.player.health == hurt.health
    hidden.go("street")
    with refused("no_hiding_place"):
        hidden.do("lie_low")

"""Lying low: some places hide better than others, and none well from a warrant."""

import pytest
from bodybroker.world.crime import hiding
from msgspec.structs import replace


def cool(make_world, kind, suspect=lambda world: None, heat=90):
    world = make_world()
    world.go(kind)
    suspect(world)
    world.state = replace(world.state, player=replace(world.state.player, heat=heat))
    world.do("lie_low")
    return heat - world.state.player.heat


def test_the_better_the_place_the_faster_heat_cools(make_world):
    assert cool(make_world, "hideout") > cool(make_world, "graveyard") > 0


def test_a_warrant_makes_the_hideout_a_bad_hiding_place(make_world, suspected):
    assert cool(make_world, "hideout", lambda world: suspected(world, "warrant")) < cool(make_world, "hideout")


def test_hiding_is_never_worse_than_living_on(make_world, change):
    bad = change(crime={"hiding": {"places": {"hideout": 1}}})
    world = make_world(rules=bad)
    assert hiding.cooling_minutes_per_point(world.state, bad) == bad.police.cooling_minutes_per_point


@pytest.mark.parametrize("kind", ["street", "morgue", "hospital", "club"])
def test_one_cannot_hide_where_people_look(world, refused, kind):
    world.go(kind)
    with refused("no_hiding_place"):
        world.do("lie_low")

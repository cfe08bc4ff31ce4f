"""Tools of the trade: bought once, used always, gone after an arrest."""

from bodybroker.world.crime import tools
from msgspec.structs import replace

from tests.unit.world.crime.conftest import ARRESTED, UNNOTICED


def test_a_tool_is_bought_once_on_the_street_by_day(make_world, change, refused):
    world = make_world(rules=change(player={"money_cents": 10_000}))
    with refused("unknown_tool"):
        world.do("buy_tool", tool="chainsaw")
    with refused("not_on_the_street"):
        world.do("buy_tool", tool="crowbar")
    world.go("street")
    world.do("buy_tool", tool="crowbar")
    assert world.state.crime.tools == ("crowbar",)
    assert world.state.player.money_cents == 10_000 - world.rules.crime.tools["crowbar"].price_cents
    with refused("tool_owned"):
        world.do("buy_tool", tool="crowbar")
    with refused("not_enough_money"):
        world.do("buy_tool", tool="bone_saw")
    world.wait_for("night")
    with refused("wrong_phase"):
        world.do("buy_tool", tool="bone_saw")


def test_a_crowbar_opens_one_more_drawer(make_world, change):
    world = make_world(rules=change(police=UNNOTICED, morgue={"loot": {"low": 2, "high": 2}}))
    world.state = replace(world.state, crime=replace(world.state.crime, tools=("crowbar",)))
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert len(world.state.player.inventory) == 2 + world.rules.crime.tools["crowbar"].loot


def test_an_arrest_takes_the_tools(make_world, change):
    world = make_world(rules=change(police=ARRESTED))
    world.state = replace(world.state, crime=replace(world.state.crime, tools=("crowbar", "bone_saw")))
    world.go("morgue")
    world.do("rob_morgue", place_id=world.place("morgue"))
    assert world.state.crime.tools == ()


def test_a_tool_that_the_rules_dropped_does_nothing(world, book):
    world.state = replace(world.state, crime=replace(world.state.crime, tools=("orgone_accumulator",)))
    assert tools.owned(world.state, book) == tools.Owned()

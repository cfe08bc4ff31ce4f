"""What is left of the human: it comes back slowly, and its loss is noticed."""

import pytest
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.powers.humanity import stage
from bodybroker.world.views import view
from msgspec.structs import replace


def dawn(world):
    world.wait_for("night")
    world.wait_for("day")


def test_abstaining_gives_some_of_it_back_at_dawn(world, with_player):
    recovery = world.rules.powers.recovery
    with_player(world, humanity=50)
    dawn(world)
    before = world.state.player.humanity
    dawn(world)
    assert world.state.player.humanity == before + recovery.points


def test_who_used_a_power_lately_recovers_nothing(world, with_player, give):
    give(world, "strength")
    with_player(world, humanity=50)
    for _ in range(3):
        dawn(world)
        world.do("wait", minutes=30)
        world.do("use_power", power="strength")
        used = world.state.player.humanity
        dawn(world)
        assert world.state.player.humanity == used


def test_it_never_comes_back_whole(world, with_player):
    limit = world.rules.powers.recovery.recovers_to
    with_player(world, humanity=limit - 1)
    for _ in range(4):
        dawn(world)
    assert world.state.player.humanity == limit
    with_player(world, humanity=100)
    dawn(world)
    assert world.state.player.humanity == 100


def test_every_humanity_has_its_stage(world, with_player):
    for humanity in range(101):
        with_player(world, humanity=humanity)
        found = stage(world.state, world.rules)
        assert found.above <= humanity
        assert found == max(
            (other for other in world.rules.powers.stages if other.above <= humanity), key=lambda other: other.above
        )
    assert view(world.state, world.rules)["powers"]["stage"] == world.rules.powers.stages[0].name


def test_people_talk_of_a_monster_at_dawn(world, with_player):
    last = world.rules.powers.stages[-1]
    world.wait_for("night")
    world.do("wait", minutes=500)
    with_player(world, humanity=0, heat=0)
    world.do("wait", minutes=(world.rules.clock.dawn_minute - world.state.minute) % 1440)
    assert world.state.player.heat == last.heat_per_dawn > 0


@pytest.mark.parametrize(("kind", "afraid"), [("police", True), ("hunters", False)])
def test_living_people_fear_a_monster(world, with_player, kind, afraid):
    with_player(world, humanity=0)
    draft = Draft(world.state, world.rules)
    arise(draft, Danger(kind, world.state.player.place_id, (Fighter("a foe", 40, 40, 60, 80),)))
    fear = world.rules.powers.stages[-1].fear
    assert draft.state.conflict.danger.foes[0].nerve == (60 - fear if afraid else 60)


def test_a_foe_without_nerve_stays_without(world, with_player):
    with_player(world, humanity=0)
    world.state = replace(world.state)
    draft = Draft(world.state, world.rules)
    arise(draft, Danger("police", world.state.player.place_id, (Fighter("a coward", 40, 40, 3, 80),)))
    assert draft.state.conflict.danger.foes[0].nerve == 0

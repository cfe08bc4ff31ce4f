import pytest
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city.commands import CatchUp
from bodybroker.world.city.events import TimePassed, TimeSkipped
from bodybroker.world.conflict.events import DangerArose
from bodybroker.world.ledger import items, money_cents
from msgspec.structs import replace


def test_a_short_absence_is_lived_through(world):
    before = world.state.minute
    made = world.play(CatchUp(600))
    assert world.state.minute == before + 600
    assert not [event for event in made if isinstance(event, TimeSkipped)]


@pytest.mark.parametrize("days", [3, 5, 14, 400])
def test_a_long_absence_skips_to_its_last_days(world, book, days):
    before, total = world.state.minute, money_cents(world.state)
    made = world.play(CatchUp(days * MINUTES_PER_DAY))
    counted = min(days, book.absence.longest_days)
    assert world.state.minute == before + counted * MINUTES_PER_DAY
    assert made[0].days == counted - book.absence.lived_days
    lived = sum(event.minutes for event in made if isinstance(event, TimePassed))
    assert lived == book.absence.lived_days * MINUTES_PER_DAY
    assert money_cents(world.state) == total


def test_what_an_absence_costs_does_not_depend_on_its_days(make_world):
    made = [len(make_world().play(CatchUp(days * MINUTES_PER_DAY))) for days in (3, 14, 4000)]
    assert max(made) - min(made) <= 12 and max(made) <= 60  # each time the houses do other things on the last evenings


def test_heat_cools_and_growths_ripen_meanwhile(world):
    world.state = replace(world.state, player=replace(world.state.player, heat=90, money_cents=100_000))
    world.go("street")
    world.do("buy_equipment", equipment="nutrient_bath")
    world.go("hideout")
    world.do("grow_part", part="skin")
    world.play(CatchUp(9 * MINUTES_PER_DAY))
    assert world.state.player.heat == 0
    (growth,) = world.state.lab.growths.values()
    assert growth.item is not None and growth.item in list(items(world.state))


def test_nothing_that_needs_an_answer_happens_meanwhile(make_world):
    for seed in range(5):
        assert not [event for event in make_world(seed).play(CatchUp(20_000)) if isinstance(event, DangerArose)]


def test_the_clock_never_runs_backward(world, refused):
    for minutes in (0, -5):
        with refused("clock_runs_backward"):
            world.play(CatchUp(minutes))

"""Patrols: the same for a whole day or night, other ones the next, more where it is hot."""

from bodybroker.world import places
from bodybroker.world.crime import patrols
from msgspec.structs import replace


def test_patrols_hold_for_a_night_and_differ_between_nights(world, book):
    state = replace(world.state, phase="night")
    night = [replace(state, minute=day * 1440 + book.clock.dusk_minute) for day in range(30)]
    after_midnight = [replace(state, minute=(day + 1) * 1440 + 60) for day in range(30)]
    counts = [patrols.officers(now, book) for now in night]
    assert counts == [patrols.officers(now, book) for now in after_midnight]
    assert len(set(counts)) > 1 and min(counts) >= 0


def test_another_seed_has_other_patrols(make_world, book):
    def days(seed):
        state = make_world(seed).state
        return [patrols.officers(replace(state, minute=state.minute + day * 1440), book) for day in range(30)]

    assert days(1) == days(1) and days(1) != days(2)


def test_by_day_there_are_more_than_by_night_and_fewest_in_a_storm(world, change):
    rules = change(police={"patrols": {"spread": 0}})
    beat = places.street(world.state).site.guards
    day = replace(world.state, phase="day", city=replace(world.state.city, weather="clear"))
    assert patrols.officers(day, rules) == beat * rules.police.patrols.per_mille["day"] // 1000
    assert patrols.officers(replace(day, phase="night"), rules) < patrols.officers(day, rules)
    storm = replace(day, city=replace(day.city, weather="storm"))
    assert patrols.officers(storm, rules) < patrols.officers(day, rules)


def test_heat_brings_more_officers(world, book):
    rule = book.police.patrols
    hot = replace(world.state, player=replace(world.state.player, heat=2 * rule.heat_per_officer))
    assert patrols.officers(hot, book) == patrols.officers(world.state, book) + 2

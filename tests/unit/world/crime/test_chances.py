"""What makes crimes noticed, seen, and punished on the spot."""

import pytest
from bodybroker.world.crime import chances
from msgspec.structs import replace


@pytest.fixture
def open_rules(change):
    """Chances without bounds and without chance in the patrols, so that every influence shows."""
    free = {"low": 0, "high": 1000}
    return change(
        police={"notice": free, "arrest": free, "patrols": {"spread": 0}},
        crime={"kill": {"witness": free, "resistance": free}},
        weather={"start": {"clear": 1, "rain": 0, "fog": 0}},
    )


@pytest.fixture
def at(make_world, open_rules):
    def stand(kind):
        world = make_world(rules=open_rules)
        world.go(kind)
        return world, world.state.places[world.place(kind)]

    return stand


def player(state, **fields):
    return replace(state, player=replace(state.player, **fields))


def weather(state, kind):
    return replace(state, city=replace(state.city, weather=kind))


def test_heat_guards_cameras_and_alarms_make_robberies_noticed(at, open_rules):
    world, place = at("hospital")
    rule, usual = open_rules.police.notice, chances.noticed(world.state, open_rules, place)
    assert chances.noticed(player(world.state, heat=10), open_rules, place) == usual + 10 * rule.per_heat
    for more, site in (
        (rule.per_guard, replace(place.site, guards=place.site.guards + 1)),
        (rule.per_camera, replace(place.site, cameras=place.site.cameras + 1)),
    ):
        assert chances.noticed(world.state, open_rules, replace(place, site=site)) == usual + more
    assert chances.noticed(world.state, open_rules, replace(place, alarm=place.alarm + 7)) == usual + 7


def test_lookouts_and_tools_lower_notice(at, open_rules, hire):
    world, place = at("hospital")
    usual = chances.noticed(world.state, open_rules, place)
    scanner = replace(world.state, crime=replace(world.state.crime, tools=("police_scanner",)))
    assert chances.noticed(scanner, open_rules, place) == usual - open_rules.crime.tools["police_scanner"].quiet
    hire(world, "lookout")
    assert chances.noticed(world.state, open_rules, place) == usual - open_rules.police.notice.per_lookout
    hire(world, "muscle")
    assert chances.noticed(world.state, open_rules, place) == usual


def test_powers_help_against_notice_arrest_and_resistance(at, open_rules, monkeypatch):
    world, place = at("hospital")
    given = (world.state, open_rules)
    usual = chances.noticed(*given, place), chances.arrested(*given, 40), chances.resisted(*given)
    monkeypatch.setattr(chances.effects, "bonus", lambda state, rules, ability: 10)
    notice, arrest = open_rules.police.notice, open_rules.police.arrest
    assert chances.noticed(*given, place) == usual[0] - 10 * notice.per_stealth
    assert chances.arrested(*given, 40) == usual[1] - 10 * arrest.per_speed
    assert chances.resisted(*given) == usual[2] - 10 * open_rules.crime.kill.resistance.per_strength


@pytest.mark.parametrize("kind", ["fog", "storm", "rain", "heatwave"])
def test_weather_hides_or_shows(at, open_rules, kind):
    world, place = at("hospital")
    clear, visibility = chances.noticed(world.state, open_rules, place), open_rules.weather.kinds[kind]
    seen = chances.noticed(weather(world.state, kind), open_rules, place)
    assert seen == min(1000, clear * visibility.visibility_per_mille // 1000)


def test_bribed_guards_do_not_count(at, open_rules):
    world, place = at("hospital")
    bribed = replace(world.state, crime=replace(world.state.crime, bribed=(place.site.place_id,)))
    usual, rule = chances.noticed(world.state, open_rules, place), open_rules.police.notice
    assert chances.noticed(bribed, open_rules, place) == usual - place.site.guards * rule.per_guard


def test_a_warrant_makes_arrests_likely_and_raids_possible(at, open_rules, suspected):
    world, _ = at("street")
    usual = chances.arrested(world.state, open_rules, 30)
    assert chances.raided(world.state, open_rules) == 0
    suspected(world, "warrant")
    assert chances.arrested(world.state, open_rules, 30) == usual + open_rules.police.arrest.with_warrant
    assert chances.raided(world.state, open_rules) == open_rules.police.raid.chance


def test_killings_are_seen_by_day_more_than_by_night(at, open_rules):
    world, place = at("graveyard")
    night = replace(world.state, phase="night")
    assert chances.witnessed(world.state, open_rules, place) > chances.witnessed(night, open_rules, place)


def test_a_hard_world_has_a_keen_police(at, open_rules):
    world, place = at("morgue")
    story, nightmare = (
        replace(world.state, city=replace(world.state.city, difficulty=d)) for d in ("story", "nightmare")
    )
    for chance in (chances.noticed, lambda s, r, p: chances.arrested(s, r, 20)):
        assert chance(story, open_rules, place) < chance(nightmare, open_rules, place)


def test_chances_stay_within_their_bounds(make_world, change):
    rules = change(police={"notice": {"low": 333, "high": 444}})
    world = make_world(rules=rules)
    place = world.state.places[world.place("hospital")]
    assert chances.noticed(world.state, rules, replace(place, alarm=1000)) == 444
    quiet = replace(place, alarm=0, site=replace(place.site, guards=0, cameras=0))
    assert chances.noticed(world.state, rules, quiet) == 333

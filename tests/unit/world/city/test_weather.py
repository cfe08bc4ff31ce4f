"""The weather: a chain from the seed alone, that slows walks."""

from collections import Counter
from itertools import pairwise

import pytest
from bodybroker.world import rules
from bodybroker.world.city import weather
from bodybroker.world.city.events import WeatherChanged
from bodybroker.world.views import view
from msgspec.structs import replace


def run(world, days=20):
    seen = [world.state.city.weather]
    for _ in range(2 * days):
        world.do("wait", minutes=720)
        seen.append(world.state.city.weather)
    return seen


def test_the_same_seed_has_the_same_weather_whatever_the_player_does(make_world):
    idle, busy, other = make_world(5), make_world(5), make_world(6)
    busy.go("graveyard")
    busy.do("kill", place_id=busy.place("graveyard"))
    busy.state = replace(busy.state, conflict=idle.state.conflict, minute=idle.state.minute)
    assert busy.state.moment != idle.state.moment
    assert run(idle) == run(busy) != run(other)


def test_weather_follows_as_the_rules_allow_and_all_of_it_comes(make_world, book):
    found = Counter()
    for seed in range(12):
        seen = run(make_world(seed))
        assert seen[0] in book.weather.start
        for before, after in pairwise(seen):
            assert before == after or book.weather.kinds[before].next.get(after)
        found.update(seen)
    assert set(found) == set(book.weather.kinds)


def test_it_turns_at_dawn_and_dusk_only(make_world):
    world = make_world(5)
    run(world)
    for before, event in pairwise(world.log):
        if isinstance(event, WeatherChanged):
            assert type(before).__name__ == "PhaseChanged"


def test_storms_slow_walks_and_the_view_says_so(world, book):
    way = world.state.places[world.place("hideout")].site.exits[0]
    world.state = replace(world.state, city=replace(world.state.city, weather="storm"))
    minutes = max(1, way.minutes * book.weather.kinds["storm"].travel_per_mille // 1000)
    shown = view(world.state, book)
    assert shown["weather"] == "storm" and shown["place"]["exits"][0]["minutes"] == minutes
    before = world.state.minute
    world.do("travel", place_id=way.place_id)
    assert world.state.minute == before + minutes
    assert weather.effects(world.state, book) == book.weather.kinds["storm"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda given: given["kinds"].pop("fog"), "kinds.fog: missing"),
        (lambda given: given["start"].update(dict.fromkeys(given["start"], 0)), "start: no weight above 0"),
        (lambda given: given["kinds"]["rain"].update(next={}), "kinds.rain.next: no weight above 0"),
        (lambda given: given["kinds"]["rain"]["next"].update(frogs=1), "frogs"),
    ],
)
def test_weather_that_leads_nowhere_is_a_fault(book, change, fault):
    documents = book.model_dump(mode="json")
    change(documents["weather"])
    with pytest.raises(rules.InvalidRules, match=fault):
        rules.validate(documents)

import pytest
from bodybroker.kernel.errors import Refused
from bodybroker.world import decide, rules
from bodybroker.world.apply import fold
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.crime import chances
from bodybroker.world.lab.couriers import risk_per_mille
from bodybroker.world.lab.state import Trip
from msgspec.structs import replace


def test_a_world_keeps_the_difficulty_that_it_was_made_with(book):
    for level, factors in book.difficulty.levels.items():
        state = fold(decide.create(7, book, level))
        assert state.city.difficulty == level
        assert scaled(1000, "police", state, book) == factors.police
    assert fold(decide.create(7, book)).city.difficulty == book.difficulty.default


def test_an_unknown_difficulty_is_refused(book):
    with pytest.raises(Refused, check=lambda error: error.code == "unknown_difficulty"):
        decide.create(7, book, "impossible")


def test_a_level_that_was_taken_away_counts_as_the_default(world, change):
    levels = {"levels": {"soft": {"police": 500, "violence": 1, "hunted": 1, "prices": 1, "death": 1}}}
    fewer = rules.Rules.model_validate(
        world.rules.model_dump() | {"difficulty": {"default": "soft", **levels}}, strict=False
    )
    assert scaled(1000, "police", world.state, fewer) == 500


def test_the_default_must_be_a_level(change):
    with pytest.raises(rules.InvalidRules, match="insane is not among the levels"):
        change(difficulty={"default": "insane"})


def test_every_chance_of_the_law_follows_the_difficulty_once(world):
    place = next(place for place in world.state.places.values() if place.site.kind == "morgue")
    trip = Trip("t", "nobody", place.site.place_id, place.site.place_id, {}, 0)
    hot = replace(world.state, player=replace(world.state.player, heat=40))
    chances_of = {
        "noticed": lambda state, book: chances.noticed(state, book, place),
        "arrested": lambda state, book: chances.arrested(state, book, 40),
        "refused": lambda state, book: chances.bribe_refused(state, book, "officers"),
        "betrayed": lambda state, book: chances.bribe_betrayed(state, book, "officers"),
        "courier": lambda state, book: risk_per_mille(state, trip, book),
    }
    for name, chance in chances_of.items():
        usual = chance(hot, world.rules)
        assert usual > 10
        for level, factors in world.rules.difficulty.levels.items():
            there = replace(hot, city=replace(hot.city, difficulty=level))
            assert chance(there, world.rules) == pytest.approx(usual * factors.police / 1000, abs=1), (name, level)

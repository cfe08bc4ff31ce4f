"""Who has the floor: one turn at a time, and not too many of them."""

import pytest
from bodybroker.kernel.errors import TooMany
from bodybroker.minds.floor import MINUTE_MS, Floor
from bodybroker.minds.turns import FloorSettings

SETTINGS = FloorSettings(watch_ms=100, yield_ms=100, longest_ms=5_000, turns_per_minute=3, tape_minutes=1)
NOW = 1_000_000


def test_a_turn_has_the_floor_until_it_leaves_it_or_its_time_is_up():
    assert not Floor().is_live(NOW)
    mine = Floor().taken("turn-1", "hash", NOW, SETTINGS)
    assert (mine.version, mine.is_live(NOW + 4_999), mine.is_live(NOW + 5_000)) == (1, True, False)
    assert not mine.left().is_live(NOW) and mine.left().version == 2


def test_a_turn_stops_when_it_is_cancelled_or_another_one_has_begun():
    mine = Floor().taken("turn-1", "hash", NOW, SETTINGS)
    assert mine.stop(Floor()) is None, "it is not yet written"
    assert mine.stop(mine) is None
    assert mine.stop(mine.cancelled()) == "cancelled"
    assert mine.stop(mine.taken("turn-2", "hash", NOW, SETTINGS)) == "interrupted"
    assert mine.stop(mine.cancelled().taken("turn-2", "hash", NOW, SETTINGS)) == "interrupted"


def test_a_world_takes_so_many_turns_a_minute_and_then_says_when_it_takes_another():
    floor = Floor()
    for n in range(3):
        floor = floor.taken(f"turn-{n}", "hash", NOW + 1000 * n, SETTINGS)
    with pytest.raises(TooMany) as told:
        floor.taken("turn-4", "hash", NOW + 3_000, SETTINGS)
    assert (told.value.code, told.value.retry_after) == ("too_many_turns", 57)
    with pytest.raises(TooMany):
        floor.taken("turn-4", "hash", NOW + MINUTE_MS - 1, SETTINGS)
    assert len(floor.taken("turn-4", "hash", NOW + MINUTE_MS, SETTINGS).begun) == 3, "old beginnings are forgotten"

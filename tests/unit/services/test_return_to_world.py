from datetime import timedelta

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import NotFound
from bodybroker.services.return_to_world import return_to_world
from bodybroker.world import rules

from tests.unit.services.conftest import NOON, PLAYER

ABSENCE = rules.load().absence


def come_back(game, key, hours, command_id="back"):
    return return_to_world(game.desk, FixedClock(NOON + timedelta(hours=hours)), key, command_id)


def test_after_a_long_absence_the_city_has_lived_on(game):
    key = game.begin()
    before = game.store.load(key)
    outcome = come_back(game, key, ABSENCE.after_hours)
    assert outcome.state.minute == before.state.minute + ABSENCE.after_hours * ABSENCE.minutes_per_hour
    assert game.store.load(key).head.version == outcome.head.version > before.head.version


def test_after_a_short_one_and_when_clocks_disagree_nothing_has_happened(game):
    key = game.begin()
    for hours in (ABSENCE.after_hours - 1, 0, -50):
        outcome = come_back(game, key, hours)
        assert not outcome.recorded and game.store.load(key).head.version == outcome.head.version == 1


def test_coming_back_twice_under_one_key_gives_the_first_result(game):
    key = game.begin()
    first = come_back(game, key, 100)
    again = come_back(game, key, 200)
    assert again.replayed and again.recorded == first.recorded and again.state == first.state


def test_nobody_returns_to_a_world_that_is_not_theirs(game):
    key = game.begin()
    with pytest.raises(NotFound):
        come_back(game, type(key)(PLAYER, PLAYER), 100)

"""Bots play by the rules, the same way every time, and never run out of moves."""

import pytest
from bodybroker.world import rules, state

from play.bots.balance import Result, faults
from play.bots.career import Career, play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable

NIGHTS = 6


def career(style, seed, difficulty=None) -> tuple[Career, LocalTable]:
    table = LocalTable(seed, rules.load(), difficulty)
    return play(table, Mind(STYLES[style], seed), NIGHTS), table


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("difficulty", ["story", "nightmare"])
def test_every_style_lives_through_its_nights(style, difficulty):
    for seed in (3, 8):
        played, table = career(style, seed, difficulty)
        assert not played.stuck, f"{style}, seed {seed}: {played.stuck}"
        assert [dawn.day for dawn in played.dawns] == list(range(1, NIGHTS + 2))
        assert played.dawns[-1].sold > 0
        assert played.dawns[-1].deaths == table.state.conflict.deaths


def test_the_same_seed_plays_the_same_career():
    first, table = career("robber", 5)
    again, other = career("robber", 5)
    assert first == again and state.hash(table.state) == state.hash(other.state)
    elsewhere, _ = career("robber", 6)
    assert elsewhere.dawns != first.dawns


def result(style, wealth, kings=1, stuck=0):
    return Result(style, 10, wealth, kings, 20.0, 0, 0, 0, stuck)


def test_what_is_out_of_balance_is_named():
    assert faults([result("a", 190), result("b", 100), result("c", 50)]) == []
    assert "a dominates" in faults([result("a", 201), result("b", 100), result("c", 50)])[0]
    assert faults([result("a", 100), result("b", 100, kings=0)]) == ["no b became king"]
    assert faults([result("a", 100, stuck=2)]) == ["2 careers of a got stuck"]

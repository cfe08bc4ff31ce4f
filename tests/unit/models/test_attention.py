"""AI level of detail."""

from itertools import pairwise

import pytest
from bodybroker.models import tiers
from bodybroker.models.attention import LEVELS, Sighting, level
from hypothesis import given
from hypothesis import strategies as st

RULES = tiers.load().attention
NEAR, BARK = RULES.levels["full"].distance_m, RULES.levels["bark"].distance_m


@pytest.mark.parametrize(
    ("distance_m", "unseen_ms", "expected"),
    [
        (0, 0, "full"),
        (NEAR, 0, "full"),
        (NEAR + 0.1, 0, "bark"),
        (1, 1, "bark"),  # behind a wall
        (1, None, "bark"),
        (BARK, None, "bark"),
        (BARK + 0.1, 0, "scripted"),
        (RULES.levels["scripted"].distance_m + 1, 0, "dormant"),
    ],
)
def test_distance_and_sight_decide(distance_m, unseen_ms, expected):
    assert level(Sighting(distance_m, unseen_ms), RULES) == expected


def test_who_matters_rises_and_who_does_not_sinks():
    away = BARK + 1
    found = {role: level(Sighting(away, None, role), RULES) for role in ("major", "resident", "crowd")}
    assert found == {"major": "bark", "resident": "scripted", "crowd": "dormant"}
    assert level(Sighting(0, 0, "major"), RULES) == "full", "nobody rises above the top"


def test_a_level_is_kept_within_its_margin_and_not_beyond():
    edge = NEAR * (100 + RULES.margin_percent) / 100
    assert level(Sighting(edge, 0), RULES, "full") == "full"
    assert level(Sighting(edge + 0.01, 0), RULES, "full") == "bark"
    assert level(Sighting(1, RULES.unseen_ms), RULES, "full") == "full"
    assert level(Sighting(1, RULES.unseen_ms + 1), RULES, "full") == "bark"


def test_a_margin_does_not_let_anybody_in():
    assert level(Sighting(NEAR + 0.1, 0), RULES, "bark") == "bark"
    assert level(Sighting(NEAR - 0.1, 0), RULES, "bark") == "full"


@given(
    st.lists(st.floats(0.9, 1.1), min_size=2, max_size=30),
    st.sampled_from(["major", "resident", "crowd"]),
    st.sampled_from([NEAR, BARK]),
)
def test_who_paces_at_a_border_changes_level_once_at_most(steps, role, border):
    """The margin is wider than the pacing: after the first step in, the level stays."""
    now = None
    seen = []
    for step in steps:
        now = level(Sighting(border * step, 0, role), RULES, now)
        seen.append(now)
    changes = sum(one != other for one, other in pairwise(seen))
    assert changes <= 1


@given(st.floats(0, 500), st.sampled_from([None, 0, 5000]), st.sampled_from([None, *LEVELS]))
def test_nearer_is_never_worth_less(distance_m, unseen_ms, before):
    here = LEVELS.index(level(Sighting(distance_m, unseen_ms), RULES, before))
    nearer = LEVELS.index(level(Sighting(distance_m / 2, unseen_ms), RULES, before))
    assert nearer <= here

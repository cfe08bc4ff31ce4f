"""Hiding places and how good they are."""

from bodybroker.world.crime.heat import has_warrant
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def quality(state: State, rules: Rules) -> int:
    """How well one hides where the player is, per mille of a perfect place; 0 where one cannot hide."""
    kind = site_here(state).kind
    found = rules.crime.hiding.places.get(kind, 0)
    if kind == "hideout" and has_warrant(state):
        return found * rules.crime.hiding.hideout_with_warrant_per_mille // 1000
    return found


def cooling_minutes_per_point(state: State, rules: Rules) -> int:
    """Minutes in which heat cools by one point while lying low here."""
    police, found = rules.police, quality(state, rules)
    slow = police.cooling_minutes_per_point
    return min(slow, police.hiding_minutes_per_point * 1000 // found) if found else slow

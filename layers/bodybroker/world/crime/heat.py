"""Heat: how hard the police look for the player right now, and the record that keeps it from cooling."""

from bodybroker.world.rules import Rules
from bodybroker.world.state import State

HIGHEST = 100


def cooled(state: State, rules: Rules, points: int) -> int:
    """Heat after it cooled by `points`: never below what the record holds, unless it is lower already."""
    return held(state, rules, state.player.heat, state.player.heat - points)


def held(state: State, rules: Rules, heat: int, wanted: int) -> int:
    """Heat that falls from `heat` to `wanted`, as far as the record lets it."""
    return max(min(heat, state.crime.record * rules.police.record.floor_per_mille // 1000), wanted)


def evidence(state: State) -> int:
    """Points of evidence that the police have."""
    return 0 if state.crime.case is None else state.crime.case.evidence


def has_warrant(state: State) -> bool:
    """Whether a warrant is out."""
    return state.crime.case is not None and state.crime.case.stage == "warrant"


def exposure(state: State) -> int:
    """How dangerous it is to be seen with the player, 0 to 100."""
    return max(state.player.heat, evidence(state), state.empire.exposure)

"""Patrols: how many officers walk the street, by the day, the hour, the weather and the heat."""

from functools import lru_cache

from bodybroker.generation.entities import Phase
from bodybroker.kernel.random import Stream
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city import weather
from bodybroker.world.places import street
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def officers(state: State, rules: Rules) -> int:
    """Officers in the street now: the same for a whole day or night, but for what the player's heat adds."""
    rule = rules.police.patrols
    day = (state.minute - rules.clock.dawn_minute) // MINUTES_PER_DAY
    chance = _chance(state.seed, day, state.phase, rule.spread)
    usual = street(state).site.guards * rule.per_mille[state.phase] * weather.effects(state, rules).patrols_per_mille
    return max(0, usual // 1_000_000 + chance) + state.player.heat // rule.heat_per_officer


@lru_cache(maxsize=256)
def _chance(seed: int, day: int, phase: Phase, spread: int) -> int:
    """Kept, because everything that officers may see asks for it."""
    return Stream(seed, "patrols", str(day), phase).between(-spread, spread)

"""Patrols: how many officers walk the street, by the day, the hour, the weather and the heat."""

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
    chance = Stream(state.seed, "patrols", str(day), state.phase).between(-rule.spread, rule.spread)
    usual = street(state).site.guards * rule.per_mille[state.phase] * weather.effects(state, rules).patrols_per_mille
    return max(0, usual // 1_000_000 + chance) + state.player.heat // rule.heat_per_officer

"""What active powers do for the player."""

from bodybroker.world.powers.rules import Ability
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

MOST = 100


def bonus(state: State, rules: Rules, ability: Ability) -> int:
    """Points (0 to 100) that powers active now add to an ability."""
    points = 0
    for name, power in state.powers.owned.items():
        if power.active_until > state.minute:
            rule = rules.powers.powers.get(name)
            if rule is not None and rule.phase in (None, state.phase):
                points += rule.at(power.level).effects.get(ability, 0)
    return min(MOST, points)

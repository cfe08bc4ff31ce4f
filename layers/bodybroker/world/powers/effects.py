"""What active powers do for the player."""

from typing import Literal

from bodybroker.world.rules import Rules
from bodybroker.world.state import State

Ability = Literal["stealth", "strength", "speed", "charm"]


def bonus(state: State, rules: Rules, ability: Ability) -> int:
    """Points (0 to 100) that powers active now add to an ability."""
    return 0

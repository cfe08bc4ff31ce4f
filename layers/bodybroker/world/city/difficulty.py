"""How hard a world is."""

from typing import Literal

from bodybroker.world.rules import Rules
from bodybroker.world.state import State

Aspect = Literal["police", "violence", "hunted", "prices", "death"]


def scaled(value: int, aspect: Aspect, state: State, rules: Rules) -> int:
    """`value` as it is at this world's difficulty, rounded down."""
    levels = rules.difficulty.levels
    level = levels.get(state.city.difficulty, levels[rules.difficulty.default])
    per_mille: int = getattr(level, aspect)
    return value * per_mille // 1000

"""What is left of the human, and who minds."""

from bodybroker.world.powers.rules import Stage
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def stage(state: State, rules: Rules) -> Stage:
    """The stage at which the player's humanity stands."""
    return next(stage for stage in rules.powers.stages if state.player.humanity >= stage.above)

"""What its commands bring about."""

from bodybroker.world.base import Decider
from bodybroker.world.crime import commands
from bodybroker.world.crime.robbery import rob
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time


def _lie_low(draft: Draft, command: commands.LieLow) -> None:
    pass_time(draft, draft.rules.player.lie_low_minutes, hiding=True)


DECIDERS: dict[type, Decider] = {
    commands.RobMorgue: rob,
    commands.LieLow: _lie_low,
}

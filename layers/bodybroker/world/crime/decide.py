"""What its commands bring about."""

from bodybroker.world.base import Decider
from bodybroker.world.crime import commands, events
from bodybroker.world.crime.bribery import bribe
from bodybroker.world.crime.killing import kill
from bodybroker.world.crime.robbery import rob
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time


def _buy_tool(draft: Draft, command: commands.BuyTool) -> None:
    draft.add(events.ToolBought(command.tool, draft.rules.crime.tools[command.tool].price_cents))
    pass_time(draft, draft.rules.crime.buying_minutes)


def _lie_low(draft: Draft, command: commands.LieLow) -> None:
    pass_time(draft, draft.rules.player.lie_low_minutes, hiding=True)


DECIDERS: dict[type, Decider] = {
    commands.RobMorgue: rob,
    commands.RobHospital: rob,
    commands.Kill: kill,
    commands.Bribe: bribe,
    commands.BuyTool: _buy_tool,
    commands.LieLow: _lie_low,
}

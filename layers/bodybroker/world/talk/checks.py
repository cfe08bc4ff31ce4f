"""The rules that forbid a turn."""

from bodybroker.world.base import Check
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.commands import RecordTurn


def _record_turn(state: State, command: RecordTurn, rules: Rules) -> None:
    check_npc_here(state, command.npc_id)


CHECKS: dict[type, Check] = {RecordTurn: _record_turn}

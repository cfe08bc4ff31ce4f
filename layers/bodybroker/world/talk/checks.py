"""The rules that forbid a turn."""

from bodybroker.world.base import Check
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.commands import RecordTalk, RecordTurn


def _record_turn(state: State, command: RecordTurn, rules: Rules) -> None:
    check_npc_here(state, command.npc_id)


def _record_talk(state: State, command: RecordTalk, rules: Rules) -> None:
    for turn in command.turns:
        _record_turn(state, turn, rules)


CHECKS: dict[type, Check] = {RecordTurn: _record_turn, RecordTalk: _record_talk}

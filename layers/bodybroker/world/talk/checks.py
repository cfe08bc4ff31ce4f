"""The rules that forbid a turn, or an attack out of one."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import PLAYER, Check
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import check_npc_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk.commands import RecordTalk, RecordTurn


def _record_turn(state: State, command: RecordTurn, rules: Rules) -> None:
    check_npc_here(state, command.npc_id)


def _record_talk(state: State, command: RecordTalk, rules: Rules) -> None:
    for turn in command.turns:
        _record_turn(state, turn, rules)


def check_attacks(state: State, npc: Npc, rules: Rules) -> None:
    """Raises Refused where the NPC would not turn on the player now."""
    attack, character = rules.talk.attack, npc.character
    if state.conflict.danger is not None:
        raise Refused("already_in_danger", "The player is in danger already.")
    if npc.mood not in attack.moods and character.guide.aggression < attack.aggression:
        raise Refused("too_calm", f"{character.name} has no reason to strike.")
    if bond(state, character.npc_id, PLAYER, rules).fear > attack.most_fear:
        raise Refused("too_afraid", f"{character.name} does not dare.")


CHECKS: dict[type, Check] = {RecordTurn: _record_turn, RecordTalk: _record_talk}

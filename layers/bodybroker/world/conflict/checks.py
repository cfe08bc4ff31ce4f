"""The rules that forbid its commands, and those that a danger forbids."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_money
from bodybroker.world.conflict import commands, standing
from bodybroker.world.conflict.state import Danger
from bodybroker.world.places import site_here
from bodybroker.world.powers.commands import UsePower
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk.commands import RecordTalk, RecordTurn


def check_danger(state: State, command: object) -> None:
    """Raises Refused for what cannot be done in danger: all but conflict's own commands, powers, and talk."""
    danger = state.conflict.danger
    if danger is None or isinstance(command, (*commands.IN_DANGER, UsePower)):
        return
    turns = command.turns if isinstance(command, RecordTalk) else (command,)
    foes = {foe.npc_id for foe in standing.fighting(danger.foes)}
    if all(isinstance(turn, RecordTurn) and turn.npc_id in foes for turn in turns):
        return
    raise Refused("in_danger", "Not now: you are in danger. Fight, run, hide, pay or give in.", kind=danger.kind)


def _danger(state: State) -> Danger:
    if state.conflict.danger is None:
        raise Refused("no_danger", "Nobody threatens you now.")
    return state.conflict.danger


def _in_danger(state: State, command: object, rules: Rules) -> None:
    _danger(state)


def _flee(state: State, command: commands.Flee, rules: Rules) -> None:
    _danger(state)
    here = site_here(state)
    if command.place_id is not None and all(way.place_id != command.place_id for way in here.exits):
        raise Refused("no_way_there", f"No exit of {here.name} leads there.")


def _bribe_foes(state: State, command: commands.BribeFoes, rules: Rules) -> None:
    if rules.conflict.kinds[_danger(state).kind].price_cents is None:
        raise Refused("not_to_be_bought", "These cannot be bought.")
    check_money(state, command.cents)


CHECKS: dict[type, Check] = {
    commands.Fight: _in_danger,
    commands.Flee: _flee,
    commands.Hide: _in_danger,
    commands.Surrender: _in_danger,
    commands.BribeFoes: _bribe_foes,
}

"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.city import commands
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def _travel(state: State, command: commands.Travel, rules: Rules) -> None:
    here = site_here(state)
    if all(way.place_id != command.place_id for way in here.exits):
        raise Refused("no_way_there", f"No exit of {here.name} leads there.")


def _wait(state: State, command: commands.Wait, rules: Rules) -> None:
    """One can always wait: nobody is ever stuck."""


def _catch_up(state: State, command: commands.CatchUp, rules: Rules) -> None:
    if command.minutes <= 0:
        raise Refused("clock_runs_backward", "Time passes forward only.")


def _seal(state: State, command: commands.SealWorld, rules: Rules) -> None:
    """What has happened outside has happened."""


CHECKS: dict[type, Check] = {
    commands.SealWorld: _seal,
    commands.Travel: _travel,
    commands.Wait: _wait,
    commands.CatchUp: _catch_up,
}

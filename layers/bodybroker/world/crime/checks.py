"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_bag, check_hideout, check_phase
from bodybroker.world.crime import commands
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def _rob_morgue(state: State, command: commands.RobMorgue, rules: Rules) -> None:
    place = state.places.get(command.place_id)
    if place is None or place.site.kind != "morgue":
        raise Refused("not_a_morgue", "There is no morgue of that id in this district.")
    if state.player.place_id != command.place_id:
        raise Refused("not_here", f"You are not at {place.site.name}.")
    check_phase(state, "day", "Morgues are open by day only; at night they are locked and wired.")
    if state.player.health < rules.player.health_to_rob:
        raise Refused("too_hurt", "You are too badly hurt for a robbery: lie low and heal first.")
    if not place.stock:
        raise Refused("morgue_empty", f"{place.site.name} has nothing left; new bodies come in at dawn.")
    check_bag(state, rules)


def _lie_low(state: State, command: commands.LieLow, rules: Rules) -> None:
    check_hideout(state)


CHECKS: dict[type, Check] = {
    commands.RobMorgue: _rob_morgue,
    commands.LieLow: _lie_low,
}

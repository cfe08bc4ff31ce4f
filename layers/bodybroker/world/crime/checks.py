"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_bag, check_money, check_street_by_day
from bodybroker.world.crime import commands, hiding, stores
from bodybroker.world.crime.bribery import heads, price_cents
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def _rob_morgue(state: State, command: commands.RobMorgue, rules: Rules) -> None:
    place = state.places.get(command.place_id)
    if place is None or place.site.kind != "morgue":
        raise Refused("not_a_morgue", "There is no morgue of that id in this district.")
    _rob(state, command, rules, "morgue_empty")


def _rob_hospital(state: State, command: commands.RobHospital, rules: Rules) -> None:
    place = state.places.get(command.place_id)
    if place is None or place.site.kind != "hospital":
        raise Refused("not_a_hospital", "There is no hospital of that id in this district.")
    _rob(state, command, rules, "hospital_empty")


def _rob(state: State, command: commands.RobMorgue | commands.RobHospital, rules: Rules, empty: str) -> None:
    place = state.places[command.place_id]
    name = place.site.name
    _check_here(state, command.place_id)
    rule = stores.rules_of(rules, place.site.kind)
    assert rule is not None
    if state.phase not in rule.phases:
        reason = f"{name} can be robbed by {' or '.join(rule.phases)} only; now it is locked and wired."
        raise Refused("wrong_phase", reason, phase=state.phase)
    _check_fit(state, rules)
    if not place.stock:
        raise Refused(empty, f"{name} has nothing left; new bodies come in at dawn.")
    check_bag(state, rules)


def _kill(state: State, command: commands.Kill, rules: Rules) -> None:
    place = state.places.get(command.place_id)
    if place is None or place.site.kind not in rules.crime.kill.grounds:
        raise Refused("no_victims_there", "Nobody passes there whom nobody would miss at once.")
    _check_here(state, command.place_id)
    _check_fit(state, rules)
    check_bag(state, rules)


def _bribe(state: State, command: commands.Bribe, rules: Rules) -> None:
    if not heads(state, rules, command.target):
        raise Refused("nobody_to_bribe", f"There are no {command.target} here whom you could pay.")
    if state.player.place_id in state.crime.bribed:
        raise Refused("already_bribed", "They have your money and look away until dawn.")
    check_money(state, price_cents(state, rules, command.target))


def _buy_tool(state: State, command: commands.BuyTool, rules: Rules) -> None:
    tool = rules.crime.tools.get(command.tool)
    if tool is None:
        raise Refused("unknown_tool", "Nobody sells a tool of that name.")
    check_street_by_day(state, "Tools are sold")
    if command.tool in state.crime.tools:
        raise Refused("tool_owned", "You carry one already.")
    check_money(state, tool.price_cents)


def _lie_low(state: State, command: commands.LieLow, rules: Rules) -> None:
    if not hiding.quality(state, rules):
        raise Refused("no_hiding_place", f"Nobody can hide in {site_here(state).name}.")


def _check_here(state: State, place_id: EntityId) -> None:
    if state.player.place_id != place_id:
        raise Refused("not_here", f"You are not at {state.places[place_id].site.name}.")


def _check_fit(state: State, rules: Rules) -> None:
    if state.player.health < rules.player.health_to_rob:
        raise Refused("too_hurt", "You are too badly hurt for that: lie low and heal first.")


CHECKS: dict[type, Check] = {
    commands.RobMorgue: _rob_morgue,
    commands.RobHospital: _rob_hospital,
    commands.Kill: _kill,
    commands.Bribe: _bribe,
    commands.BuyTool: _buy_tool,
    commands.LieLow: _lie_low,
}

"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_money, check_phase, met
from bodybroker.world.powers import commands
from bodybroker.world.powers.rules import PowerLevel, PowerRules
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import words


def next_level(state: State, rule: PowerRules, name: str) -> PowerLevel | None:
    """The level that can be bought next; None at the highest."""
    power = state.powers.owned.get(name)
    level = 0 if power is None else power.level
    return rule.levels[level] if level < len(rule.levels) else None


def _rule(name: str, rules: Rules) -> PowerRules:
    rule = rules.powers.powers.get(name)
    if rule is None:
        raise Refused("unknown_power", "Nobody knows a power of that name.")
    return rule


def _buy_power(state: State, command: commands.BuyPower, rules: Rules) -> None:
    rule = _rule(command.power, rules)
    level = next_level(state, rule, command.power)
    if level is None:
        raise Refused("power_at_its_height", "There is no more of that power to be had.")
    check_phase(state, "night", "Powers are sold by night.")
    if not any(npc.character.race in rule.sold_by for npc in met(state)):
        raise Refused("no_seller_here", "Nobody who has that power is here.", sold_by=list(rule.sold_by))
    if rules.ranks.index(state.rank) < rules.ranks.index(rule.rank):
        raise Refused("rank_too_low", f"That is sold from the rank of {words(rule.rank)} on.", rank=rule.rank)
    check_money(state, level.price_cents)
    _check_humanity(state, level.humanity)


def _use_power(state: State, command: commands.UsePower, rules: Rules) -> None:
    rule = _rule(command.power, rules)
    power = state.powers.owned.get(command.power)
    if power is None:
        raise Refused("power_not_owned", "You do not have that power.")
    if state.minute < power.ready_minute:
        raise Refused("power_cools_down", "That power must rest first.", ready_minute=power.ready_minute)
    if rule.phase not in (None, state.phase):
        raise Refused("wrong_phase", f"That power works by {rule.phase} only.", phase=state.phase)
    _check_humanity(state, rule.at(power.level).use_humanity)


def _check_humanity(state: State, points: int) -> None:
    if state.player.humanity < points:
        raise Refused("not_human_enough", "There is not enough left of you to pay with.", humanity=points)


CHECKS: dict[type, Check] = {
    commands.BuyPower: _buy_power,
    commands.UsePower: _use_power,
}

"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_hideout, check_money, check_street_by_day
from bodybroker.world.empire import commands
from bodybroker.world.empire.rules import Rank
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def rank_of(state: State, rules: Rules) -> Rank:
    """The player's rank."""
    return rules.ranks.ranks[rules.ranks.index(state.rank)]


def next_rank(state: State, rules: Rules) -> Rank | None:
    """The rank above the player's; None at the top."""
    above = rules.ranks.index(state.rank) + 1
    return rules.ranks.ranks[above] if above < len(rules.ranks.ranks) else None


def missing(state: State, rank: Rank) -> list[str]:
    """What a rank requires and is not there yet, in words."""
    reached = {
        "parts_sold": state.tally.parts_sold,
        "earned_cents": state.tally.earned_cents,
        "crew": len(state.empire.crew),
        "fronts": len(state.empire.fronts),
    }
    needed = rank.requires.model_dump()
    return [f"{name} {reached[name]} of {needed[name]}" for name in needed if reached[name] < needed[name]]


def _hire(state: State, command: commands.Hire, rules: Rules) -> None:
    role = rules.crews.roles.get(command.role)
    if role is None:
        raise Refused("unknown_role", "Nobody in the crew has such a job.")
    check_street_by_day(state, "Honest business is done")
    if len(state.empire.crew) >= rank_of(state, rules).crew:
        raise Refused("crew_full", "At your rank nobody else would follow you.")
    check_money(state, role.hire_cents)


def _dismiss(state: State, command: commands.Dismiss, rules: Rules) -> None:
    if command.member_id not in state.empire.crew:
        raise Refused("unknown_member", "Nobody of that id works for you.")


def _claim_rank(state: State, command: commands.ClaimRank, rules: Rules) -> None:
    rank = next_rank(state, rules)
    if rank is None:
        raise Refused("top_rank", "There is nothing above you.")
    check_hideout(state)
    lacking = missing(state, rank)
    if lacking:
        raise Refused("rank_out_of_reach", f"{rank.name} requires more: {', '.join(lacking)}.", missing=lacking)
    check_money(state, rank.fee_cents)
    if state.player.clean_cents < rank.clean_fee_cents:
        raise Refused("not_enough_clean_money", "That is paid in clean money.", price_cents=rank.clean_fee_cents)


def _buy_front(state: State, command: commands.BuyFront, rules: Rules) -> None:
    front = rules.fronts.fronts.get(command.front)
    if front is None:
        raise Refused("unknown_front", "There is no business of that kind.")
    check_street_by_day(state, "Honest business is done")
    if len(state.empire.fronts) >= rank_of(state, rules).fronts:
        raise Refused("fronts_full", "At your rank another front would be looked into.")
    check_money(state, front.price_cents)


def _sell_front(state: State, command: commands.SellFront, rules: Rules) -> None:
    _check_own_front(state, command)
    check_street_by_day(state, "Honest business is done")


def _deposit(state: State, command: commands.Deposit, rules: Rules) -> None:
    _check_own_front(state, command)
    check_street_by_day(state, "Honest business is done")
    front = state.empire.fronts[command.front_id]
    if state.minute < front.closed_until:
        raise Refused("front_closed", "The tax office has closed it.", closed_until=front.closed_until)
    if front.till_cents + command.cents > rules.fronts.fronts[front.kind].capacity_cents * rules.fronts.till_days:
        raise Refused("till_full", "So much cash in one till would be noticed.")
    check_money(state, command.cents)


def _withdraw(state: State, command: commands.Withdraw, rules: Rules) -> None:
    if state.player.clean_cents < command.cents:
        raise Refused("not_enough_clean_money", "You do not have that much clean money.")


CHECKS: dict[type, Check] = {
    commands.Hire: _hire,
    commands.Dismiss: _dismiss,
    commands.ClaimRank: _claim_rank,
    commands.BuyFront: _buy_front,
    commands.SellFront: _sell_front,
    commands.Deposit: _deposit,
    commands.Withdraw: _withdraw,
}


def _check_own_front(state: State, command: commands.SellFront | commands.Deposit) -> None:
    if command.front_id not in state.empire.fronts:
        raise Refused("unknown_front", "You own no front of that id.")

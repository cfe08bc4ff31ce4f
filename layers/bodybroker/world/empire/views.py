"""The empire through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.empire import commands
from bodybroker.world.empire.checks import missing, next_rank, rank_of
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import a, dollars, words


def view(state: State, rules: Rules) -> View:
    """Rank, crew and fronts; how loyal somebody is, one feels only roughly."""
    rank, above = rank_of(state, rules), next_rank(state, rules)
    empire: View = {
        "rank": rank.name,
        "upkeep_cents": rank.upkeep_cents,
        "unpaid_days": state.empire.unpaid_days,
        "clean_cents": state.player.clean_cents,
        "exposure": state.empire.exposure,
        "crew": [
            {
                "member_id": member.member_id,
                "name": member.name,
                "role": member.role,
                "skill": member.skill,
                "wage_cents": member.wage_cents,
                "content": member.loyalty >= member.came_loyalty,
            }
            for member in ordered(state.empire.crew)
        ],
        "crew_limit": rank.crew,
        "fronts": [
            {
                "front_id": front.front_id,
                "kind": front.kind,
                "till_cents": front.till_cents,
                "closed_until": front.closed_until,
            }
            for front in ordered(state.empire.fronts)
        ],
        "front_limit": rank.fronts,
        "next_rank": None,
    }
    if above is not None:
        fees = {"fee_cents": above.fee_cents, "clean_fee_cents": above.clean_fee_cents}
        empire["next_rank"] = {"rank": above.name, **fees, "missing": missing(state, above)}
    return {"empire": empire}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    above = next_rank(state, rules)
    if above is not None:
        yield commands.ClaimRank(type="claim_rank"), f"Claim the rank of {words(above.name)}"
    if site_here(state).kind == "street":
        yield from _business(state, rules)
    for member in ordered(state.empire.crew):
        yield commands.Dismiss(type="dismiss", member_id=member.member_id), f"Dismiss {member.name} ({member.role})"
    if state.player.clean_cents > 0:
        cents = state.player.clean_cents
        yield commands.Withdraw(type="withdraw", cents=cents), f"Turn {dollars(cents)} of clean money into cash"


def _business(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    for role, job in sorted(rules.crews.roles.items()):
        yield commands.Hire(type="hire", role=role), f"Hire {a(role)} for {dollars(job.hire_cents)}"
    for kind, front in sorted(rules.fronts.fronts.items()):
        yield commands.BuyFront(type="buy_front", front=kind), f"Buy {a(kind)} for {dollars(front.price_cents)}"
    for owned in ordered(state.empire.fronts):
        room = rules.fronts.fronts[owned.kind].capacity_cents * rules.fronts.till_days - owned.till_cents
        cents = max(1, min(room, state.player.money_cents // 2))
        title = f"Put {dollars(cents)} into the till of the {words(owned.kind)}"
        yield commands.Deposit(type="deposit", front_id=owned.front_id, cents=cents), title
        yield commands.SellFront(type="sell_front", front_id=owned.front_id), f"Sell the {words(owned.kind)}"

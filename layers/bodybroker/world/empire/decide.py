"""What its commands bring about."""

from bodybroker.generation import names
from bodybroker.kernel.ids import entity_id
from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.empire import commands, crew, events
from bodybroker.world.empire.checks import next_rank
from bodybroker.world.empire.state import CrewMember, Front
from bodybroker.world.passage import pass_time


def _hire(draft: Draft, command: commands.Hire) -> None:
    rules = draft.rules.crews
    role = rules.roles[command.role]
    stream = draft.stream.substream("hire")
    loyalty = role.loyalty.draw(stream)
    member = CrewMember(
        member_id=entity_id(stream.substream("id")),
        name=names.make(rules.names, stream, {member.name for member in draft.state.empire.crew.values()}),
        role=command.role,
        skill=role.skill.draw(stream),
        loyalty=loyalty,
        came_loyalty=loyalty,
        wage_cents=role.wage_cents,
        provenance=draft.provenance("crew"),
    )
    draft.add(events.CrewHired(member, role.hire_cents))
    pass_time(draft, rules.hiring_minutes)


def _dismiss(draft: Draft, command: commands.Dismiss) -> None:
    crew.lose(draft, command.member_id, "dismissed")
    pass_time(draft, draft.rules.crews.dismissing_minutes)


def _claim_rank(draft: Draft, command: commands.ClaimRank) -> None:
    rank = next_rank(draft.state, draft.rules)
    assert rank is not None
    draft.add(events.RankRisen(rank.name, rank.fee_cents, rank.clean_fee_cents))
    pass_time(draft, draft.rules.ranks.claiming_minutes)


def _buy_front(draft: Draft, command: commands.BuyFront) -> None:
    front = Front(
        front_id=entity_id(draft.stream.substream("front")),
        kind=command.front,
        till_cents=0,
        closed_until=0,
        provenance=draft.provenance("front"),
    )
    draft.add(events.FrontBought(front, draft.rules.fronts.fronts[command.front].price_cents))
    pass_time(draft, draft.rules.fronts.dealing_minutes)


def _sell_front(draft: Draft, command: commands.SellFront) -> None:
    rules = draft.rules.fronts
    price = rules.fronts[draft.state.empire.fronts[command.front_id].kind].price_cents
    draft.add(events.FrontSold(command.front_id, price * rules.resale_per_mille // 1000))
    pass_time(draft, rules.dealing_minutes)


def _deposit(draft: Draft, command: commands.Deposit) -> None:
    draft.add(events.CashDeposited(command.front_id, command.cents))
    pass_time(draft, draft.rules.fronts.deposit_minutes)


def _withdraw(draft: Draft, command: commands.Withdraw) -> None:
    draft.add(events.CashWithdrawn(command.cents))


DECIDERS: dict[type, Decider] = {
    commands.Hire: _hire,
    commands.Dismiss: _dismiss,
    commands.ClaimRank: _claim_rank,
    commands.BuyFront: _buy_front,
    commands.SellFront: _sell_front,
    commands.Deposit: _deposit,
    commands.Withdraw: _withdraw,
}

"""What its commands bring about."""

from msgspec.structs import replace

from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.houses import commands, double_cross, events, relations
from bodybroker.world.houses.checks import peace_price
from bodybroker.world.houses.ties import befriended, hunted, stood
from bodybroker.world.passage import pass_time
from bodybroker.world.powers import effects
from bodybroker.world.state import today


def _pay_tribute(draft: Draft, command: commands.PayTribute) -> None:
    state, tribute = draft.state, draft.rules.houses.tribute
    tie = relations.tie(state, command.house_id)
    to_debt = min(tie.debt_cents, command.cents)
    bought = (command.cents - to_debt) // tribute.cents_per_point
    room = max(0, tribute.standing_limit - tie.standing)
    tie = stood(replace(tie, debt_cents=tie.debt_cents - to_debt), min(bought, room), draft.rules)
    draft.add(events.TributePaid(command.house_id, command.cents, {command.house_id: tie}))
    pass_time(draft, tribute.minutes)


def _ally(draft: Draft, command: commands.Ally) -> None:
    state, alliance = draft.state, draft.rules.houses.alliance
    ties = befriended(state, command.house_id, 0, alliance.enemy_standing, draft.rules)
    until = today(state) + alliance.days
    ties[command.house_id] = replace(ties[command.house_id], allied_until=until)
    draft.add(events.AllianceMade(command.house_id, ties))
    pass_time(draft, alliance.minutes)


def _spy(draft: Draft, command: commands.Spy) -> None:
    state, spying = draft.state, draft.rules.houses.spying
    stealth = effects.bonus(state, draft.rules, "stealth")
    chance = spying.caught.per_mille(state.houses.houses[command.house_id].cunning, stealth)
    caught = draft.stream.substream("spy").chance(chance)
    tie = relations.tie(state, command.house_id)
    if caught:
        tie = hunted(stood(tie, -spying.caught_standing, draft.rules), spying.caught_hunt)
    else:
        tie = replace(tie, spied_until=today(state) + spying.days)
    draft.add(events.HouseSpiedOn(command.house_id, spying.cents, caught, {command.house_id: tie}))
    pass_time(draft, spying.minutes)


def _make_peace(draft: Draft, command: commands.MakePeace) -> None:
    tie = relations.tie(draft.state, command.house_id)
    price = peace_price(tie.betrayals, draft.rules)
    points = min(tie.hunt, command.cents // price)
    draft.add(events.PeaceMade(command.house_id, points * price, {command.house_id: hunted(tie, -points)}))
    pass_time(draft, draft.rules.hunted.peace.minutes)


def _do_favour(draft: Draft, command: commands.DoFavour) -> None:
    state, favours = draft.state, draft.rules.houses.favours
    item = state.player.inventory[command.item_id]
    points = favours.base + item.quality * favours.per_quality // 100
    tie = stood(replace(relations.tie(state, command.house_id), favour=None), points, draft.rules)
    draft.add(events.FavourDone(command.house_id, item, {command.house_id: tie}))
    pass_time(draft, favours.minutes)


DECIDERS: dict[type, Decider] = {
    commands.PayTribute: _pay_tribute,
    commands.Ally: _ally,
    commands.Spy: _spy,
    commands.DoubleCross: double_cross.decide,
    commands.MakePeace: _make_peace,
    commands.DoFavour: _do_favour,
}

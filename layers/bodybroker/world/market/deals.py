"""Deals: what can go wrong before money changes hands, and what a deal does to the market."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.houses.hunt import provoke
from bodybroker.world.houses.trade import noticed
from bodybroker.world.market import commands, events, prices, worth
from bodybroker.world.market.reputation import access, impression
from bodybroker.world.passage import pass_time
from bodybroker.world.state import Npc

UNHURT = 100
"""Full health."""


def sell(draft: Draft, command: commands.SellPart) -> None:
    """A part for money, if nothing goes wrong."""
    npc, item = draft.state.npcs[command.npc_id], draft.state.player.inventory[command.item_id]
    price, on_offer = prices.quote(draft.state, npc, item, draft.rules)
    stream = draft.stream.substream("deal")
    if not goes_wrong(draft, npc, item, price, stream):
        false_cents = price if _in_false_money(draft, npc, price, stream) else 0
        made = impression(draft.state, npc, item, draft.rules)
        draft.add(events.PartSold(command.npc_id, item, price, on_offer))
        change(draft, command.npc_id, PLAYER, made.cause, trust=made.trust, desire=made.desire)
        draft.add(_settled(draft, npc, item, made.reputation, false_cents))
        if worth.is_foul(item, draft.rules):
            provoke(draft, [command.npc_id], draft.rules.hunted.provocations.foul_part)
        noticed(draft, command.npc_id)
    pass_time(draft, draft.rules.market.deal_minutes)


def _settled(draft: Draft, npc: Npc, item: Item, reputation: int, false_cents: int) -> events.DealSettled:
    """What the deal does to reputation and demand."""
    state, race = draft.state, npc.character.race
    return events.DealSettled(
        npc_id=npc.character.npc_id,
        reputation=reputation,
        demand={f"{race}/{item.part}": prices.after_sale(state, race, item.part, draft.rules)},
        false_cents=false_cents,
    )


def goes_wrong(draft: Draft, npc: Npc, item: Item, cents: int, stream: Stream) -> bool:
    """Police behind the curtain, a customer who takes instead of buying, or one who does not turn up."""
    risks, heat = draft.rules.market.risks, draft.state.player.heat
    aggression, npc_id = npc.character.guide.aggression, npc.character.npc_id
    stands = bond(draft.state, npc_id, PLAYER, draft.rules)
    sting = max(0, heat - risks.sting.heat) * risks.sting.per_heat
    ambush = risks.ambush.per_mille(aggression, stands, cents)
    no_show = risks.no_show.per_mille(aggression, stands, cents)
    if stream.chance(scaled(sting, "police", draft.state, draft.rules)):
        draft.add(events.DealFailed(npc_id, "sting", _gone(draft)))
        arise(draft, _sting(draft, (item,), stream))
    elif stream.chance(scaled(ambush, "violence", draft.state, draft.rules)):
        draft.add(events.DealFailed(npc_id, "ambush", 0))
        arise(draft, threat(draft, npc, (item,)))
    elif stream.chance(scaled(no_show, "violence", draft.state, draft.rules)):
        draft.add(events.DealFailed(npc_id, "no_show", _gone(draft)))
    else:
        return False
    return True


def threat(draft: Draft, npc: Npc, stakes: tuple[Item, ...]) -> Danger:
    """A customer who turns on the player."""
    character, clientele = npc.character, draft.rules.customers.races[npc.character.race]
    foe = Fighter(
        name=character.name,
        strength=clientele.strength,
        speed=clientele.speed,
        nerve=character.guide.aggression,
        health=UNHURT,
        npc_id=character.npc_id,
    )
    return Danger("customer", draft.state.player.place_id, (foe,), stakes)


def _sting(draft: Draft, stakes: tuple[Item, ...], stream: Stream) -> Danger:
    sting = draft.rules.market.risks.sting
    officer = Fighter("an officer", sting.strength, sting.speed, sting.nerve, UNHURT)
    return Danger("police", draft.state.player.place_id, (officer,) * sting.officers.draw(stream), stakes)


def _gone(draft: Draft) -> int:
    return draft.state.minute + draft.rules.market.leave_minutes


def _in_false_money(draft: Draft, npc: Npc, cents: int, stream: Stream) -> bool:
    stands = bond(draft.state, npc.character.npc_id, PLAYER, draft.rules)
    chance = draft.rules.market.risks.false_money.per_mille(npc.character.guide.aggression, stands, cents)
    if access(draft.state, npc.character.race, draft.rules) == "fringe":
        chance += draft.rules.customers.fringe.false_money
    return stream.chance(scaled(chance, "violence", draft.state, draft.rules))

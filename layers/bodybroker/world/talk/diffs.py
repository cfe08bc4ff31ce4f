"""Diffs of NPCs: what holds, and what comes of it."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.events import Event
from bodybroker.world.market.checks import check_deals
from bodybroker.world.market.events import OfferMade, OfferWithdrawn
from bodybroker.world.market.state import Offer
from bodybroker.world.proposals import Leave, MakeOffer, SetMood
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import events


def decide_diff(state: State, diff: SetMood | MakeOffer | Leave, rules: Rules) -> list[Event]:
    """The events of a diff; raises Refused with the code of the rule that it breaks."""
    npc = state.npcs.get(EntityId(diff.npc_id))
    if npc is None:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")
    match diff:
        case SetMood():
            return _set_mood(npc, diff, rules)
        case MakeOffer():
            return _make_offer(state, npc, diff, rules)
        case Leave():
            return _leave(state, npc, rules)


def _set_mood(npc: Npc, diff: SetMood, rules: Rules) -> list[Event]:
    if diff.mood not in rules.market.moods:
        raise Refused("unknown_mood", "There is no mood of that name.")
    if diff.mood == npc.mood:
        return []
    return [events.MoodChanged(npc.character.npc_id, diff.mood)]


def _make_offer(state: State, npc: Npc, diff: MakeOffer, rules: Rules) -> list[Event]:
    taste = npc.character.tastes.get(diff.part)
    check_deals(state, npc, rules)
    if taste is None:
        raise Refused("part_not_wanted", f"{npc.character.name} does not want that part.")
    if diff.price_cents <= 0:
        raise Refused("price_not_positive", "A price is above zero.")
    if diff.price_cents < taste.floor_cents:
        raise Refused("price_below_floor", f"{npc.character.name} would not name a price that low.")
    if diff.price_cents > taste.cap_cents:
        raise Refused("price_above_cap", f"{npc.character.name} would never pay that much.")
    if diff.price_cents > npc.purse_cents:
        raise Refused("price_above_purse", f"{npc.character.name} does not have that much money.")
    expires = state.minute + rules.market.offer_minutes
    return [OfferMade(Offer(npc.character.npc_id, diff.part, diff.price_cents, expires))]


def _leave(state: State, npc: Npc, rules: Rules) -> list[Event]:
    left: list[Event] = [events.NpcLeft(npc.character.npc_id, state.minute + rules.market.leave_minutes)]
    if npc.character.npc_id in state.market.offers:
        left.append(OfferWithdrawn(npc.character.npc_id, "left"))
    return left

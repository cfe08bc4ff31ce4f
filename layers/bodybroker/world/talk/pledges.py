"""Words given in talk: to hold an offer, to pay, to keep silent; and those that the player gives."""

from collections.abc import Callable

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId, entity_id
from bodybroker.world.base import MINUTES_PER_DAY, PLAYER, ordered
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.draft import Draft
from bodybroker.world.market.checks import CHECKS as MARKET
from bodybroker.world.market.commands import PromiseDelivery
from bodybroker.world.market.events import OrderPromised
from bodybroker.world.proposals import Promise, Vow
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import events, intents
from bodybroker.world.talk.state import Pledge
from bodybroker.world.talk.sway import sway


def promise(draft: Draft, diff: Promise) -> None:
    """An NPC gives its word."""
    npc = draft.state.npcs[EntityId(diff.npc_id)]
    VOWS[diff.vow](draft.state, npc, draft.rules)
    match diff.vow:
        case "hold":
            until = draft.state.minute + draft.rules.talk.pledges.hold_minutes
            draft.add(events.OfferHeld(npc.character.npc_id, until))
        case "pay":
            if not 0 < diff.cents <= most_owed_cents(npc, draft.rules):
                raise Refused("promise_too_big", f"{npc.character.name} would not promise that much.")
            change(draft, npc.character.npc_id, PLAYER, "promised", debt_cents=diff.cents)
        case "silence":
            due = _dawn(draft.state, draft.rules.talk.pledges.silence_days, draft.rules)
            draft.add(events.WordGiven(Pledge(_new_id(draft), npc.character.npc_id, PLAYER, "silence", due)))


def most_owed_cents(npc: Npc, rules: Rules) -> int:
    """The most that an NPC promises to pay."""
    return npc.character.purse_cents * rules.talk.pledges.npc_pays_per_mille // 1000


def owed_to(state: State, npc_id: EntityId) -> list[Pledge]:
    """Money that the player promised the NPC, the first that is due first."""
    owed = [pledge for pledge in _open(state) if pledge.vow == "pay" and pledge.to == npc_id]
    return sorted(owed, key=lambda pledge: (pledge.due_minute, pledge.pledge_id))


def promise_order(draft: Draft, npc_id: EntityId, intent: intents.PromiseOrder) -> None:
    """The player gives his word on an order, to whoever placed it."""
    MARKET[PromiseDelivery](
        draft.state, PromiseDelivery(type="promise_delivery", order_id=intent.order_id), draft.rules
    )
    if draft.state.market.orders[intent.order_id].npc_id != npc_id:
        raise Refused("other_npc", "Somebody else asked for that.")
    draft.add(OrderPromised(intent.order_id))


def promise_money(draft: Draft, npc_id: EntityId, intent: intents.PromiseMoney, trust: int) -> None:
    """The player will owe the NPC money, which wins some of the `trust` that the money itself would."""
    state, rules = draft.state, draft.rules.talk.pledges
    npc = state.npcs[npc_id]
    _check_trusts(state, npc, draft.rules)
    if owed_to(state, npc_id):
        raise Refused("already_promised", f"{npc.character.name} waits for your money already.")
    if intent.cents > rules.player_most_cents:
        raise Refused("not_believed", f"{npc.character.name} does not believe that you ever have so much.")
    due = _dawn(state, rules.pay_days, draft.rules)
    pledge = Pledge(_new_id(draft), PLAYER, npc_id, "pay", due, intent.cents)
    draft.add(events.WordGiven(pledge))
    change(draft, PLAYER, npc_id, "promised", debt_cents=intent.cents)
    sway(draft, npc_id, Effect(trust=trust * rules.on_promise_per_mille // 1000), "promised")


def _check_trusts(state: State, npc: Npc, rules: Rules) -> None:
    if bond(state, npc.character.npc_id, PLAYER, rules).trust < rules.talk.pledges.npc_trust:
        raise Refused("not_trusted", f"{npc.character.name} does not trust you enough.")


def _check_hold(state: State, npc: Npc, rules: Rules) -> None:
    _check_trusts(state, npc, rules)
    offer = state.market.offers.get(npc.character.npc_id)
    if offer is None:
        raise Refused("no_offer", f"{npc.character.name} has offered nothing.")
    if offer.expires_minute > state.minute + rules.market.offer_minutes:
        raise Refused("already_promised", f"{npc.character.name} holds its offer already.")


def _check_pay(state: State, npc: Npc, rules: Rules) -> None:
    _check_trusts(state, npc, rules)
    if bond(state, npc.character.npc_id, PLAYER, rules).debt_cents > 0:
        raise Refused("already_promised", f"{npc.character.name} owes you money already.")


def _check_silence(state: State, npc: Npc, rules: Rules) -> None:
    _check_trusts(state, npc, rules)
    if any(pledge.vow == "silence" and pledge.by == npc.character.npc_id for pledge in _open(state)):
        raise Refused("already_promised", f"{npc.character.name} has promised that already.")


def _open(state: State) -> list[Pledge]:
    return ordered(state.talk.pledges)


def _dawn(state: State, days: int, rules: Rules) -> int:
    """The minute of a dawn, so many days from now."""
    midnight = state.minute - state.minute % MINUTES_PER_DAY
    return midnight + days * MINUTES_PER_DAY + rules.clock.dawn_minute


def _new_id(draft: Draft) -> EntityId:
    return entity_id(draft.stream.substream("pledge").substream(str(draft.state.moment)))


VOWS: dict[Vow, Callable[[State, Npc, Rules], None]] = {
    "hold": _check_hold,
    "pay": _check_pay,
    "silence": _check_silence,
}
"""What an NPC can promise, each with the check that raises Refused where it would not now."""

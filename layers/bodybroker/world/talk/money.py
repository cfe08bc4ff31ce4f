"""Money in the hand: bribes, and what is owed."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.conditions import check_money
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import events, intents
from bodybroker.world.talk.pledges import owed_to
from bodybroker.world.talk.sway import sway

FULL = 100


def bribe(draft: Draft, npc_id: EntityId, intent: intents.Bribe) -> None:
    """Money for trust; one who is loyal takes offence, and no money."""
    rules, npc = draft.rules.talk.bribe, draft.state.npcs[npc_id]
    if intent.cents < rules.lowest_cents:
        raise Refused("bribe_too_small", f"{npc.character.name} is not bought for small change.")
    check_money(draft.state, intent.cents)
    if npc.character.guide.loyalty >= rules.incorruptible_loyalty:
        draft.add(events.BribeTaken(npc_id, 0, 0))
        change(draft, npc_id, PLAYER, "bribe_refused", trust=-rules.insult_trust)
        return
    draft.add(events.BribeTaken(npc_id, intent.cents, kept_cents(npc, intent.cents)))
    sway(draft, npc_id, Effect(trust=bought_trust(npc, intent.cents, draft.rules)), "bribed")


def bought_trust(npc: Npc, cents: int, rules: Rules) -> int:
    """The trust that so much money buys of the NPC."""
    bribe, character = rules.talk.bribe, npc.character
    points = cents * bribe.trust_per_purse // max(1, character.purse_cents)
    return min(bribe.most_trust, points * (FULL - character.guide.loyalty) // FULL)


def pay(draft: Draft, npc_id: EntityId, intent: intents.Pay) -> None:
    """What the player owes; promises of money are kept with it, the oldest first."""
    state = draft.state
    owed = bond(state, PLAYER, npc_id, draft.rules).debt_cents
    if owed <= 0:
        raise Refused("nothing_owed", f"You owe {state.npcs[npc_id].character.name} nothing.")
    cents = min(intent.cents, owed)
    check_money(state, cents)
    left, parts = cents, dict[EntityId, int]()
    for pledge in owed_to(state, npc_id):
        parts[pledge.pledge_id] = max(0, pledge.cents - left)
        left -= pledge.cents - parts[pledge.pledge_id]
    draft.add(events.DebtPaid(npc_id, cents, kept_cents(state.npcs[npc_id], cents), parts))
    change(draft, PLAYER, npc_id, "paid", debt_cents=-cents)
    for pledge_id, unpaid in parts.items():
        if unpaid == 0:
            draft.add(events.WordKept(pledge_id))
            change(draft, npc_id, PLAYER, "word_kept", **draft.rules.talk.pledges.kept.points())


def kept_cents(npc: Npc, cents: int) -> int:
    """What fits into the NPC's purse; the rest it spends at once."""
    return min(cents, max(0, npc.character.purse_cents - npc.purse_cents))


def affordable(state: State, cents: int) -> bool:
    """Whether the player has so much in cash."""
    return state.player.money_cents >= cents

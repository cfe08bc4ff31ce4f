"""Diffs of NPCs and intents of the player: what holds, and what comes of it."""

from collections.abc import Callable
from typing import Any

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world import proposals
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.market.events import OfferWithdrawn
from bodybroker.world.proposals import Leave, MakeOffer, SetMood
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import events, intents, money, pledges, quests, sway, telling, trade, violence

DiffDecider = Callable[[Draft, Any], None]
"""Adds to a draft what an NPC's diff brings about; raises Refused with the code of the rule that it breaks."""
IntentDecider = Callable[[Draft, EntityId, Any], None]
"""Adds to a draft what the player does to an NPC; raises Refused."""


def decide_diff(state: State, diff: SetMood | MakeOffer | Leave, rules: Rules) -> list[Event]:
    """The events of a diff outside of talk; raises Refused with the code of the rule that it breaks."""
    draft = Draft(state, rules)
    decide(draft, diff)
    return draft.events


def decide(draft: Draft, diff: proposals.Readable) -> None:
    """What a diff of an NPC brings about; raises Refused."""
    if EntityId(diff.npc_id) not in draft.state.npcs:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")
    DIFFS[type(diff)](draft, diff)


def _set_mood(draft: Draft, diff: SetMood) -> None:
    if diff.mood not in draft.rules.market.moods:
        raise Refused("unknown_mood", "There is no mood of that name.")
    if diff.mood != draft.state.npcs[EntityId(diff.npc_id)].mood:
        draft.add(events.MoodChanged(EntityId(diff.npc_id), diff.mood))


def _leave(draft: Draft, diff: Leave) -> None:
    npc_id = EntityId(diff.npc_id)
    draft.add(events.NpcLeft(npc_id, draft.state.minute + draft.rules.market.leave_minutes))
    if npc_id in draft.state.market.offers:
        draft.add(OfferWithdrawn(npc_id, "left"))


def _promise_money(draft: Draft, npc_id: EntityId, intent: intents.PromiseMoney) -> None:
    trust = money.bought_trust(draft.state.npcs[npc_id], intent.cents, draft.rules)
    pledges.promise_money(draft, npc_id, intent, trust)


DIFFS: dict[type, DiffDecider] = {
    proposals.SetMood: _set_mood,
    proposals.Feel: sway.feel,
    proposals.MakeOffer: trade.make_offer,
    proposals.CounterOffer: trade.counter,
    proposals.Accept: trade.accept,
    proposals.Refuse: trade.refuse,
    proposals.Promise: pledges.promise,
    proposals.Tell: telling.tell_player,
    proposals.GiveQuest: quests.give,
    proposals.Attack: violence.attack,
    proposals.Leave: _leave,
}

INTENTS: dict[type, IntentDecider] = {
    intents.Tell: telling.tell,
    intents.Lie: telling.tell,
    intents.AskAbout: telling.ask,
    intents.Bribe: money.bribe,
    intents.Threaten: violence.threaten,
    intents.NamePrice: trade.ask,
    intents.PromiseOrder: pledges.promise_order,
    intents.PromiseMoney: _promise_money,
    intents.Pay: money.pay,
}

"""What its events do to a state."""

from typing import Any

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.state import State
from bodybroker.world.talk import events
from bodybroker.world.talk.said import with_line
from bodybroker.world.talk.state import Pledge


def _turn_spoken(state: State, event: events.TurnSpoken) -> Changes:
    said = with_line(state.talk.said, event.minute, event.line)
    tally = replace(state.tally, turns_spoken=state.tally.turns_spoken + 1)
    return {"tally": tally} | _talk(state, said=said)


def _mood_changed(state: State, event: events.MoodChanged) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], mood=event.mood)}}


def _npc_left(state: State, event: events.NpcLeft) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], away_until=event.away_until)}}


def _npc_swayed(state: State, event: events.NpcSwayed) -> Changes:
    return _talk(state, swayed=state.talk.swayed | {event.npc_id: event.swayed})


def _price_asked(state: State, event: events.PriceAsked) -> Changes:
    return _talk(state, asks=state.talk.asks | {event.ask.npc_id: event.ask})


def _ask_ended(state: State, event: events.AskEnded) -> Changes:
    return _talk(state, asks=without(state.talk.asks, [event.npc_id]))


def _bribe_taken(state: State, event: events.BribeTaken) -> Changes:
    return _given(state, event.npc_id, event.cents, event.kept_cents)


def _only_said(state: State, event: events.ThreatMade | events.ClaimTold) -> Changes:
    return {}


def _word_given(state: State, event: events.WordGiven) -> Changes:
    return _pledged(state, event.pledge)


def _word_over(state: State, event: events.WordKept | events.WordBroken) -> Changes:
    return _talk(state, pledges=without(state.talk.pledges, [event.pledge_id]))


def _silence_broken(state: State, event: events.SilenceBroken) -> Changes:
    return _pledged(state, replace(state.talk.pledges[event.pledge_id], broken=True))


def _debt_paid(state: State, event: events.DebtPaid) -> Changes:
    pledges = state.talk.pledges
    left = {pledge_id: replace(pledges[pledge_id], cents=cents) for pledge_id, cents in event.pledges.items()}
    return _given(state, event.npc_id, event.cents, event.kept_cents) | _talk(state, pledges=pledges | left)


def _offer_held(state: State, event: events.OfferHeld) -> Changes:
    held = replace(state.market.offers[event.npc_id], expires_minute=event.expires_minute)
    return {"market": replace(state.market, offers=state.market.offers | {event.npc_id: held})}


def _quest_given(state: State, event: events.QuestGiven) -> Changes:
    return _talk(state, quests=state.talk.quests | {event.quest.objective_id: event.quest})


def _quest_ended(state: State, event: events.QuestEnded) -> Changes:
    return _talk(state, quests=without(state.talk.quests, [event.objective_id]))


def _given(state: State, npc_id: EntityId, cents: int, kept_cents: int) -> Changes:
    """Money from the player's hand into a purse, and what does not fit into it into the city's."""
    npc = state.npcs[npc_id]
    return {
        "player": replace(state.player, money_cents=state.player.money_cents - cents),
        "npcs": state.npcs | {npc_id: replace(npc, purse_cents=npc.purse_cents + kept_cents)},
        "city_cents": state.city_cents + cents - kept_cents,
    }


def _pledged(state: State, pledge: Pledge) -> Changes:
    return _talk(state, pledges=state.talk.pledges | {pledge.pledge_id: pledge})


def _talk(state: State, **changes: Any) -> Changes:
    return {"talk": replace(state.talk, **changes)}


APPLIERS: dict[type, Applier] = {
    events.TurnSpoken: _turn_spoken,
    events.MoodChanged: _mood_changed,
    events.NpcLeft: _npc_left,
    events.NpcSwayed: _npc_swayed,
    events.PriceAsked: _price_asked,
    events.AskEnded: _ask_ended,
    events.BribeTaken: _bribe_taken,
    events.ThreatMade: _only_said,
    events.ClaimTold: _only_said,
    events.WordGiven: _word_given,
    events.WordKept: _word_over,
    events.WordBroken: _word_over,
    events.SilenceBroken: _silence_broken,
    events.DebtPaid: _debt_paid,
    events.OfferHeld: _offer_held,
    events.QuestGiven: _quest_given,
    events.QuestEnded: _quest_ended,
}

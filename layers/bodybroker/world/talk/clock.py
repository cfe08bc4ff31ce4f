"""Asks run out, promises fall due, errands end."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER, ordered
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.draft import Draft
from bodybroker.world.houses.hunt import provoke
from bodybroker.world.state import State
from bodybroker.world.story.events import ObjectiveClosed
from bodybroker.world.story.state import Status
from bodybroker.world.talk import events
from bodybroker.world.talk.state import Pledge

FULL = 100


def due(state: State) -> list[int]:
    """When asks run out and promises fall due."""
    asks = [ask.expires_minute for ask in state.talk.asks.values()]
    return asks + [pledge.due_minute for pledge in state.talk.pledges.values()]


def step(draft: Draft) -> None:
    """What is over by now. An errand whose order is gone was done: orders lapse only after this, at dawn."""
    state = draft.state
    for ask in sorted(state.talk.asks.values(), key=lambda ask: ask.npc_id):
        if ask.expires_minute <= state.minute:
            draft.add(events.AskEnded(ask.npc_id, "expired"))
    for pledge in ordered(state.talk.pledges):
        if pledge.due_minute <= state.minute:
            _fall_due(draft, pledge)
    _end_quests(draft, "done")


def turn_phase(draft: Draft) -> None:
    """At dawn the orders that were not delivered have lapsed; at dusk some cannot keep their mouths shut."""
    if draft.state.phase == "day":
        _end_quests(draft, "failed")
    else:
        _break_silence(draft)


def _fall_due(draft: Draft, pledge: Pledge) -> None:
    if pledge.by != PLAYER:
        draft.add(events.WordKept(pledge.pledge_id))
        return
    draft.add(events.WordBroken(pledge.pledge_id))
    change(draft, pledge.to, PLAYER, "word_broken", **draft.rules.talk.pledges.broken.points())
    provoke(draft, [pledge.to], draft.rules.hunted.provocations.broken_promise)


def _end_quests(draft: Draft, status: Status) -> None:
    for quest in ordered(draft.state.talk.quests):
        if quest.order_id not in draft.state.market.orders:
            objective = draft.state.story.objectives.get(quest.objective_id)
            if objective is not None and objective.status == "open":
                draft.add(ObjectiveClosed(quest.objective_id, status))
            draft.add(events.QuestEnded(quest.objective_id))


def _break_silence(draft: Draft) -> None:
    for pledge in ordered(draft.state.talk.pledges):
        if (
            pledge.vow == "silence"
            and not pledge.broken
            and draft.stream.substream("silence")
            .substream(pledge.pledge_id)
            .chance(_breaks_per_mille(draft, pledge.by))
        ):
            draft.add(events.SilenceBroken(pledge.pledge_id))


def _breaks_per_mille(draft: Draft, npc_id: EntityId) -> int:
    rules, npc = draft.rules.talk.pledges, draft.state.npcs[npc_id]
    trust = bond(draft.state, npc_id, PLAYER, draft.rules).trust
    chance = (FULL - npc.character.guide.loyalty) * rules.breaks_per_disloyalty - trust * rules.breaks_per_trust
    return min(max(chance, 0), 1000)

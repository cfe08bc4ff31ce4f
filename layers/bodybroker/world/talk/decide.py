"""Recording a turn: what was said is a fact; what the model proposes is decided diff by diff."""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Decider
from bodybroker.world.conditions import check_npc_here, is_present
from bodybroker.world.conflict.parley import check_lets_go, stand_down
from bodybroker.world.draft import Draft
from bodybroker.world.passage import pass_time
from bodybroker.world.proposals import Diff, Leave, Unreadable
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import events
from bodybroker.world.talk.commands import RecordTalk, RecordTurn
from bodybroker.world.talk.diffs import INTENTS, decide
from bodybroker.world.talk.intents import AskAbout, Intent, Lie, Tell
from bodybroker.world.talk.telling import understood

ONLY_WORDS = (Tell, Lie, AskAbout)
"""Intents that one has breath for in danger, too."""


def record(draft: Draft, turn: RecordTurn) -> None:
    """What one NPC answered, then the time it took."""
    record_talk(draft, RecordTalk((turn,)))


def record_talk(draft: Draft, talk: RecordTalk) -> None:
    """What each answered, then the time that all of it took."""
    for turn in talk.turns:
        _say(draft, turn)
    stand_down(draft)
    pass_time(draft, draft.rules.market.turn_minutes)


def _say(draft: Draft, turn: RecordTurn) -> None:
    """The turn first, with all that was refused; then what the player did and what the NPC did, as far as it held."""
    if turn.intent is None and turn.proposal.heard is not None:
        turn = replace(turn, intent=understood(draft.state, turn.proposal.heard))
    spoken = _spoken(draft.state, turn)
    trial = Draft(draft.state, draft.rules)
    trial.add(spoken)
    intent_refused = _try_intent(trial, turn)
    refused = []
    for index, diff in enumerate(turn.proposal.diffs):
        refusal = _try(trial, partial(_decide, trial, turn, index, diff))
        if refusal is not None:
            refused.append(events.RefusedDiff(index, diff, refusal.code, refusal.detail))
    for index, diff in enumerate(turn.proposal.disowned, start=len(turn.proposal.diffs)):
        refused.append(events.RefusedDiff(index, diff, "disagrees", "The NPC said otherwise."))
    draft.add(replace(spoken, refused=tuple(refused), intent_refused=intent_refused))
    for event in trial.events[1:]:
        draft.add(event)


def check_intent(state: State, npc_id: EntityId, intent: Intent, rules: Rules) -> None:
    """Raises Refused when the intent would come to nothing now."""
    if type(intent) in INTENTS:
        _decide_intent(Draft(state, rules), npc_id, intent)


def _spoken(state: State, turn: RecordTurn) -> events.TurnSpoken:
    return events.TurnSpoken(
        npc_id=turn.npc_id,
        player_text=turn.player_text,
        line=turn.line,
        source=turn.source,
        model=turn.model,
        minute=state.minute,
        refused=(),
        heard_by=tuple(npc_id for npc_id in turn.heard_by if _is_here(state, npc_id)),
        intent=turn.intent.type if turn.intent is not None else "say",
        held=turn.held,
    )


def _try_intent(trial: Draft, turn: RecordTurn) -> events.RefusedIntent | None:
    intent = turn.intent
    if intent is None or type(intent) not in INTENTS:
        return None
    refusal = _try(trial, partial(_decide_intent, trial, turn.npc_id, intent))
    return None if refusal is None else events.RefusedIntent(refusal.code, refusal.detail)


def _try(draft: Draft, decide: Callable[[], None]) -> Refused | None:
    """All of what it decides, or nothing and why not."""
    state, count = draft.state, len(draft.events)
    try:
        decide()
    except Refused as refusal:
        draft.state = state
        del draft.events[count:]
        return refusal
    return None


def _is_here(state: State, npc_id: EntityId) -> bool:
    npc = state.npcs.get(npc_id)
    return npc is not None and npc.character.haunt_id == state.player.place_id and is_present(state, npc)


def _decide_intent(draft: Draft, npc_id: EntityId, intent: Intent) -> None:
    if draft.state.conflict.danger is not None and not isinstance(intent, ONLY_WORDS):
        raise Refused("in_danger", "Not now: you are in danger.")
    INTENTS[type(intent)](draft, npc_id, intent)


def _decide(draft: Draft, turn: RecordTurn, index: int, diff: Diff) -> None:
    if index >= draft.rules.market.diff_limit:
        raise Refused("too_many_diffs", "The proposal holds more diffs than are looked at.")
    if isinstance(diff, Unreadable):
        raise Refused("unreadable_diff", "The act is not of a known type or its fields are wrong.")
    if diff.npc_id != turn.npc_id:
        raise Refused("other_npc", "An NPC may only change itself.")
    check_npc_here(draft.state, turn.npc_id)
    if isinstance(diff, Leave):
        check_lets_go(draft.state, turn.npc_id, draft.rules)
    decide(draft, diff)


DECIDERS: dict[type, Decider] = {RecordTurn: record, RecordTalk: record_talk}

"""Recording a turn: what was said is a fact; what the model proposes is decided diff by diff."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Decider
from bodybroker.world.conditions import check_npc_here, is_present
from bodybroker.world.conflict.parley import check_lets_go, stand_down
from bodybroker.world.draft import Draft
from bodybroker.world.events import Event
from bodybroker.world.passage import pass_time
from bodybroker.world.proposals import Diff, Leave, Unreadable
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.talk import events
from bodybroker.world.talk.commands import RecordTalk, RecordTurn
from bodybroker.world.talk.diffs import decide_diff


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
    """The turn first, with all that was refused; then what was accepted, in its order."""
    trial = Draft(draft.state, draft.rules)
    refused = []
    for index, diff in enumerate(turn.proposal.diffs):
        try:
            if index >= draft.rules.market.diff_limit:
                raise Refused("too_many_diffs", "The proposal holds more diffs than are looked at.")
            for event in _decide(trial.state, turn, diff, trial.rules):
                trial.add(event)
        except Refused as refusal:
            refused.append(events.RefusedDiff(index, diff, refusal.code, refusal.detail))
    draft.add(
        events.TurnSpoken(
            npc_id=turn.npc_id,
            player_text=turn.player_text,
            line=turn.line,
            source=turn.source,
            model=turn.model,
            minute=draft.state.minute,
            refused=tuple(refused),
            heard_by=tuple(npc_id for npc_id in turn.heard_by if _is_here(draft.state, npc_id)),
        )
    )
    for event in trial.events:
        draft.add(event)


def _is_here(state: State, npc_id: EntityId) -> bool:
    npc = state.npcs.get(npc_id)
    return npc is not None and npc.character.haunt_id == state.player.place_id and is_present(state, npc)


def _decide(state: State, turn: RecordTurn, diff: Diff, rules: Rules) -> list[Event]:
    if isinstance(diff, Unreadable):
        raise Refused("unreadable_diff", "The act is not of a known type or its fields are wrong.")
    if diff.npc_id != turn.npc_id:
        raise Refused("other_npc", "An NPC may only change itself.")
    check_npc_here(state, turn.npc_id)
    if isinstance(diff, Leave):
        check_lets_go(state, turn.npc_id, rules)
    return decide_diff(state, diff, rules)


DECIDERS: dict[type, Decider] = {RecordTurn: record, RecordTalk: record_talk}

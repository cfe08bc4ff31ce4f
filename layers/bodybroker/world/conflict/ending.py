"""How a danger ends: its outcome, then what it leaves behind, then the time it took."""

from bodybroker.world import aftermath
from bodybroker.world.conflict import events, friends
from bodybroker.world.conflict.aftermath import usual
from bodybroker.world.conflict.death import die, minutes_to_dusk
from bodybroker.world.conflict.state import Outcome
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.passage import pass_time


def end(draft: Draft, outcome: Outcome) -> None:
    """The danger is over. One who was killed wakes at dusk."""
    danger = draft.state.conflict.danger
    assert danger is not None
    draft.add(events.DangerPassed(outcome))
    ended = draft.state.version
    if outcome == "killed":
        die(draft)
    for ally in danger.allies:
        if ally.member_id in draft.state.empire.crew and ally.standing == "down":
            crew.lose(draft, ally.member_id, "killed")
    friends.part(draft, danger, ended)
    aftermath.AFTERMATHS.get(danger.kind, usual)(draft, danger, outcome)
    pass_time(draft, minutes_to_dusk(draft) if outcome == "killed" else draft.rules.conflict.kinds[danger.kind].minutes)

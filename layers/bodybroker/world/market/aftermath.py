"""What a fight with a customer leaves between the two."""

from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.witnesses import saw_fall
from bodybroker.world.conflict.aftermath import usual
from bodybroker.world.conflict.standing import fallen
from bodybroker.world.conflict.state import Danger, Outcome
from bodybroker.world.draft import Draft
from bodybroker.world.houses.hunt import provoke
from bodybroker.world.market import events
from bodybroker.world.talk.events import MoodChanged, NpcLeft


def after_fight(draft: Draft, danger: Danger, outcome: Outcome) -> None:
    """The losers pay; whoever fought trusts less; the player is feared for a victory and scorned for a defeat."""
    ended = draft.state.version
    usual(draft, danger, outcome)
    npc_ids = sorted(foe.npc_id for foe in danger.foes if foe.npc_id is not None and foe.npc_id in draft.state.npcs)
    if not npc_ids:
        return
    for npc_id in npc_ids:
        change(draft, npc_id, PLAYER, "fought", ended, **_points(draft, outcome))
    for npc_id in npc_ids:
        npc = draft.state.npcs[npc_id]
        mood = draft.rules.market.moods.get(npc.mood)
        if mood is not None and mood.insulted != npc.mood:
            draft.add(MoodChanged(npc_id, mood.insulted))
    down = [foe.npc_id for foe in fallen(danger) if foe.npc_id in npc_ids]
    involved = {*npc_ids, *(ally.npc_id for ally in danger.allies)}
    saw_fall(draft, down, involved, ended)
    provoke(draft, down, draft.rules.hunted.provocations.fallen)
    back = draft.state.minute + draft.rules.customers.standing.fallen_minutes
    for npc_id in down:
        draft.add(NpcLeft(npc_id, back))
        if npc_id in draft.state.market.offers:
            draft.add(events.OfferWithdrawn(npc_id, "left"))


def _points(draft: Draft, outcome: Outcome) -> dict[str, int]:
    trust, standing = -draft.rules.customers.trust.fought, draft.rules.customers.standing
    if outcome == "won":
        return {"trust": trust, "fear": standing.fear_of_winner, "respect": standing.respect_for_winner}
    return {"trust": trust, "respect": 0 if outcome == "escaped" else -standing.scorn_for_loser}

"""Talking with one who threatens: some let go."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.conflict import events
from bodybroker.world.conflict.ending import end
from bodybroker.world.conflict.standing import fighting
from bodybroker.world.draft import Draft
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def check_lets_go(state: State, npc_id: EntityId, rules: Rules) -> None:
    """Raises Refused when an NPC that threatens the player is too aggressive to walk away for words.

    Whoever trusts or fears the player is calmer.
    """
    danger = state.conflict.danger
    if danger is None or all(foe.npc_id != npc_id for foe in danger.foes):
        return
    character = state.npcs[npc_id].character
    holds, per = bond(state, npc_id, PLAYER, rules), rules.conflict.bonds
    calm = (holds.trust * per.calm_per_trust + holds.fear * per.calm_per_fear) // 1000
    if character.guide.aggression - calm > rules.conflict.talks_below_aggression:
        raise Refused("npc_will_not_let_go", f"{character.name} wants blood, not words.")


def stand_down(draft: Draft) -> None:
    """Foes who have walked away threaten no more; without foes the danger is over."""
    state = draft.state
    danger = state.conflict.danger
    if danger is None:
        return
    for foe in fighting(danger.foes):
        npc = state.npcs.get(foe.npc_id) if foe.npc_id is not None else None
        if npc is not None and npc.away_until > state.minute:
            draft.add(events.FoeStoodDown(npc.character.npc_id))
    danger = draft.state.conflict.danger
    if danger is not None and not fighting(danger.foes):
        end(draft, "escaped")

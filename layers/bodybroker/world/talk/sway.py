"""How words move an NPC's bond with the player: what they win is bounded by the day, what they lose is not."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.changes import change
from bodybroker.world.bonds.rules import Effect
from bodybroker.world.draft import Draft
from bodybroker.world.proposals import Feel
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, today
from bodybroker.world.talk.events import NpcSwayed
from bodybroker.world.talk.state import Swayed


def feel(draft: Draft, diff: Feel) -> None:
    """The NPC likes the player more, or less."""
    feeling = draft.rules.talk.feelings.get(diff.feeling)
    if feeling is None:
        raise Refused("unknown_feeling", "There is no feeling of that name.")
    if _won(feeling.points()) and room(draft.state, EntityId(diff.npc_id), draft.rules) <= 0:
        raise Refused("swayed_enough", "Words win no more of anybody today.")
    sway(draft, EntityId(diff.npc_id), feeling, diff.feeling)


def sway(draft: Draft, npc_id: EntityId, effect: Effect, cause: str) -> None:
    """Moves the bond, as far as the day allows; `cause` is a word of docs/game/bonds.md."""
    version, points, left = draft.state.version, effect.points(), room(draft.state, npc_id, draft.rules)
    won = {name: min(value, left) if value > 0 else value for name, value in points.items()}
    if gained := _won(won):
        day = today(draft.state)
        spent = draft.rules.talk.sway_per_day - left + gained
        draft.add(NpcSwayed(npc_id, Swayed(day, spent)))
    change(draft, npc_id, PLAYER, cause, version, **won)


def room(state: State, npc_id: EntityId, rules: Rules) -> int:
    """The points that words can still win of the NPC today."""
    swayed = state.talk.swayed.get(npc_id)
    spent = swayed.points if swayed is not None and swayed.day == today(state) else 0
    return max(0, rules.talk.sway_per_day - spent)


def _won(points: dict[str, int]) -> int:
    return sum(value for value in points.values() if value > 0)

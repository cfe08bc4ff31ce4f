"""What those who stand there come to hold of the player for what they see."""

from collections.abc import Collection, Iterable

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.conditions import met
from bodybroker.world.draft import Draft


def saw_fall(draft: Draft, fallen: Iterable[EntityId], involved: Collection[EntityId | None], version: int) -> None:
    """The player put somebody down: friends of the fallen mind, foes approve. Who was `involved` has views of its own.

    `version` is that of the event that is to blame.
    """
    rules, down = draft.rules.bonds.fights, list(fallen)
    for npc_id in _watchers(draft, involved) if down else ():
        for victim in down:
            trust = bond(draft.state, npc_id, victim, draft.rules).trust
            if trust >= rules.friend_trust:
                cause, effect = "friend_put_down", rules.friend
            elif trust <= rules.foe_trust:
                cause, effect = "foe_put_down", rules.foe
            else:
                cause, effect = "saw_a_fight", rules.bystander
            change(draft, npc_id, PLAYER, cause, version, **effect.points())


def saw_killing(draft: Draft) -> None:
    """The player has just killed a passer-by."""
    version = draft.state.version
    for npc_id in _watchers(draft, ()):
        change(draft, npc_id, PLAYER, "saw_a_killing", version, **draft.rules.bonds.killing_seen.points())


def _watchers(draft: Draft, involved: Collection[EntityId | None]) -> list[EntityId]:
    there = (npc.character.npc_id for npc in met(draft.state))
    return [npc_id for npc_id in there if npc_id not in involved]

"""NPCs who stand by the player in a danger, and what comes of it between them and the others."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.conditions import met
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.state import Npc
from bodybroker.world.talk.events import NpcLeft

FRIENDS = "friends"
"""The side of NPCs who stand by the player."""
UNHURT = 100


def who_stand_by(draft: Draft, danger: Danger) -> tuple[Fighter, ...]:
    """Those who are there and trust the player more than anybody who threatens: those who trust most first."""
    rule, rules = draft.rules.conflict.bonds, draft.rules
    if danger.kind not in rule.friends_against:
        return ()
    foes = [foe.npc_id for foe in danger.foes if foe.npc_id is not None]
    there = [npc for npc in met(draft.state) if npc.character.npc_id not in foes]
    trust = {npc.character.npc_id: bond(draft.state, npc.character.npc_id, PLAYER, rules).trust for npc in there}
    loyal = [npc for npc in there if _is_loyal(draft, npc, trust[npc.character.npc_id], foes)]
    loyal.sort(key=lambda npc: (-trust[npc.character.npc_id], npc.character.npc_id))
    return tuple(_fighter(draft, npc) for npc in loyal[: rule.friends])


def _is_loyal(draft: Draft, npc: Npc, trust: int, foes: list[EntityId]) -> bool:
    if trust < draft.rules.conflict.bonds.friend_trust:
        return False
    return all(bond(draft.state, npc.character.npc_id, foe, draft.rules).trust < trust for foe in foes)


def _fighter(draft: Draft, npc: Npc) -> Fighter:
    body = draft.rules.customers.races[npc.character.race]
    return Fighter(
        name=npc.character.name,
        strength=body.strength,
        speed=body.speed,
        nerve=npc.character.guide.loyalty,
        health=UNHURT,
        npc_id=npc.character.npc_id,
        side=FRIENDS,
    )


def part(draft: Draft, danger: Danger, version: int) -> None:
    """The danger is over; `version` is that of the event that ended it. Friends who fell stay away for a while."""
    rule, foes = draft.rules.conflict.bonds, [foe.npc_id for foe in danger.foes]
    for ally in danger.allies:
        if ally.npc_id is None or ally.npc_id not in draft.state.npcs:
            continue
        fell = ally.standing == "down"
        cause, effect = ("fell_for_player", rule.fell) if fell else ("stood_by_player", rule.stood_by)
        change(draft, ally.npc_id, PLAYER, cause, version, **effect.points())
        for foe_id in foes:
            if foe_id is not None and foe_id in draft.state.npcs:
                change(draft, foe_id, ally.npc_id, "fought", version, **rule.enmity.points())
                change(draft, ally.npc_id, foe_id, "fought", version, **rule.enmity.points())
        if fell:
            back = draft.state.minute + draft.rules.customers.standing.fallen_minutes
            draft.add(NpcLeft(ally.npc_id, back))

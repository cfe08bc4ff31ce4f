"""How other systems bring the player into danger."""

from msgspec.structs import replace

from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict import events, friends
from bodybroker.world.conflict.state import Danger, Fighter
from bodybroker.world.draft import Draft
from bodybroker.world.empire import crew
from bodybroker.world.powers.humanity import stage

CREW = "crew"
"""The side of allies from the crew."""
STRONGEST = 100


def arise(draft: Draft, danger: Danger) -> None:
    """The player is in this danger from now on, unless in another one already or away.

    Muscle of the crew and friends stand by; attackers are as strong as the world is hard; the living fear what has
    lost its humanity, and everybody what they have come to fear.
    """
    if draft.state.conflict.danger is None and not draft.offscreen:
        foes = tuple(_as_met(draft, danger, foe) for foe in danger.foes)
        stand_by = _muscle(draft) + friends.who_stand_by(draft, danger)
        draft.add(events.DangerArose(replace(danger, foes=foes, allies=danger.allies + stand_by)))


def _as_met(draft: Draft, danger: Danger, foe: Fighter) -> Fighter:
    state, rules = draft.state, draft.rules
    fear = stage(state, rules).fear if rules.conflict.kinds[danger.kind].people else 0
    if foe.npc_id in state.npcs:
        fear += bond(state, foe.npc_id, PLAYER, rules).fear * rules.conflict.bonds.nerve_per_fear // 1000
    strength = foe.strength if danger.kind == "victim" else scaled(foe.strength, "violence", state, rules)
    return replace(foe, strength=min(STRONGEST, strength), nerve=max(0, foe.nerve - fear))


def _muscle(draft: Draft) -> tuple[Fighter, ...]:
    """The most skilled first: skill is strength on top, loyalty is nerve."""
    rule = draft.rules.conflict.muscle
    return tuple(
        Fighter(
            name=member.name,
            strength=rule.strength + member.skill * rule.strength_per_skill_per_mille // 1000,
            speed=rule.speed,
            nerve=member.loyalty,
            health=rule.health,
            side=CREW,
            member_id=member.member_id,
        )
        for member in crew.members(draft.state, "muscle")[: rule.most]
    )

"""Threats, and talk that ends in blows."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond
from bodybroker.world.bonds.changes import change
from bodybroker.world.city.difficulty import scaled
from bodybroker.world.conflict.danger import arise
from bodybroker.world.conflict.standing import ability
from bodybroker.world.draft import Draft
from bodybroker.world.market.deals import threat as menace
from bodybroker.world.powers.humanity import stage
from bodybroker.world.proposals import Attack
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk import events, intents
from bodybroker.world.talk.checks import check_attacks as check_attacks  # also for who asks here
from bodybroker.world.talk.sway import sway

SCORN = 100


def threaten(draft: Draft, npc_id: EntityId, intent: intents.Threaten) -> None:
    """The NPC gives way and fears the player more, or is provoked: then it may strike."""
    rules, npc = draft.rules, draft.state.npcs[npc_id]
    stream = draft.stream.substream("threat")
    if stream.chance(cowed_per_mille(draft.state, npc, rules)):
        draft.add(events.ThreatMade(npc_id, "cowed"))
        sway(draft, npc_id, rules.talk.threat.cowed, "threatened")
        return
    draft.add(events.ThreatMade(npc_id, "provoked"))
    change(draft, npc_id, PLAYER, "threatened", **rules.talk.threat.provoked.points())
    mood = rules.market.moods[npc.mood].insulted
    if mood != npc.mood:
        draft.add(events.MoodChanged(npc_id, mood))
    anger = npc.character.guide.aggression * rules.talk.threat.attack_per_aggression
    if stream.chance(scaled(min(anger, 1000), "violence", draft.state, rules)):
        arise(draft, menace(draft, npc, ()))


def cowed_per_mille(state: State, npc: Npc, rules: Rules) -> int:
    """How likely the NPC gives way to a threat of the player."""
    threat, held = rules.talk.threat, bond(state, npc.character.npc_id, PLAYER, rules)
    terror = ability(state, rules, "strength") + stage(state, rules).fear + held.fear
    nerve = npc.character.guide.aggression + (SCORN - held.respect) // 2
    chance = threat.base_per_mille + (terror - nerve) * threat.per_point
    return min(max(chance, threat.low_per_mille), threat.high_per_mille)


def attack(draft: Draft, diff: Attack) -> None:
    """The NPC turns on the player."""
    npc = draft.state.npcs[EntityId(diff.npc_id)]
    check_attacks(draft.state, npc, draft.rules)
    arise(draft, menace(draft, npc, ()))

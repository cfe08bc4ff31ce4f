"""Changes of what the player is to the houses, within their bounds."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.houses import relations
from bodybroker.world.houses.rules import MOST
from bodybroker.world.houses.state import Tie
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def stood(tie: Tie, points: int, rules: Rules) -> Tie:
    """With other standing; betrayals bound how high it can rise."""
    raised = tie.standing + points
    if points > 0:
        raised = max(tie.standing, min(raised, relations.highest_standing(rules, tie.betrayals)))
    return replace(tie, standing=max(-MOST, raised))


def hunted(tie: Tie, points: int) -> Tie:
    """Hunted more, or less."""
    return replace(tie, hunt=max(0, min(MOST, tie.hunt + points)))


def befriended(state: State, house_id: EntityId, points: int, enemy_points: int, rules: Rules) -> dict[EntityId, Tie]:
    """The ties that change when the player does a house good: its own, and those of its enemies."""
    changed = {house_id: stood(relations.tie(state, house_id), points, rules)}
    for enemy in relations.enemies(state, house_id, rules):
        changed[enemy] = stood(relations.tie(state, enemy), -enemy_points, rules)
    return changed

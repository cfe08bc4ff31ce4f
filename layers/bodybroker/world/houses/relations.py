"""What the houses are to the player and what that does: for every system that asks."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.houses.rules import MOST, STAGES, HuntStage
from bodybroker.world.houses.state import Tie
from bodybroker.world.rules import Rules
from bodybroker.world.state import State, today

STRANGER = Tie()


def tie(state: State, house_id: EntityId) -> Tie:
    """What the player is to a house."""
    return state.houses.ties.get(house_id, STRANGER)


def house_of(state: State, npc_id: EntityId) -> EntityId | None:
    """The house that an NPC belongs to."""
    npc = state.npcs.get(npc_id)
    return None if npc is None else state.houses.races.get(npc.character.race)


def is_allied(state: State, house_id: EntityId) -> bool:
    """Whether a house has a treaty with the player."""
    return tie(state, house_id).allied_until > today(state)


def is_informed(state: State, house_id: EntityId) -> bool:
    """Whether the player has fresh news from inside a house."""
    return tie(state, house_id).spied_until > today(state)


def allies(state: State) -> list[EntityId]:
    """The houses that have a treaty with the player, by id."""
    return [house_id for house_id in sorted(state.houses.ties) if is_allied(state, house_id)]


def stage(hunt: int, rules: Rules) -> HuntStage | None:
    """How far a hunt has come, by its points; None below the first stage."""
    reached = [stage for stage in STAGES if hunt >= rules.hunted.stages[stage].points]
    return reached[-1] if reached else None


def fiercest(state: State, rules: Rules) -> EntityId | None:
    """The house that hunts the player hardest; None where no house hunts."""
    hunting = [house_id for house_id in sorted(state.houses.ties) if stage(tie(state, house_id).hunt, rules)]
    return max(hunting, key=lambda house_id: tie(state, house_id).hunt, default=None)


def price_per_mille(state: State, rules: Rules, npc_id: EntityId) -> int:
    """What an NPC pays the player, per mille of the usual, because of its house."""
    house_id = house_of(state, npc_id)
    if house_id is None:
        return 1000
    prices = rules.houses.prices
    if stage(tie(state, house_id).hunt, rules) not in (None, "watched"):
        return prices.hunter_per_mille
    return prices.ally_per_mille if is_allied(state, house_id) else 1000


def highest_standing(rules: Rules, betrayals: int) -> int:
    """Betrayals are never quite forgiven."""
    return max(0, MOST - betrayals * rules.houses.betrayal_limit)


def enemies(state: State, house_id: EntityId, rules: Rules) -> list[EntityId]:
    """Houses that hold enough against a house to mind who befriends it, by id."""
    least = rules.houses.trade.enemy_grudge
    return [other for other, held in sorted(state.houses.grudges.items()) if held.get(house_id, 0) >= least]

"""What any two hold of each other: where a bond rests, and where it has come to."""

from functools import lru_cache

from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.rules import Effect, Scores
from bodybroker.world.bonds.state import STILL, Bond, Shift, pair
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State

SCORES = ("trust", "fear", "respect", "desire")
WORST, BEST = 0, 100
INDIFFERENT = Bond(trust=0)
"""What rules say of the player's own heart: nothing. What the player owes is known."""

APART = Effect()
"""What two hold more of each other who do not share a haunt."""


def bond(state: State, of: EntityId, towards: EntityId, rules: Rules) -> Bond:
    """What `of` holds of `towards`, each an NPC or PLAYER; KeyError for anybody else."""
    raw, shift = resting(state, of, towards, rules), moved(state, of, towards)
    if shift is STILL:
        return raw
    return Bond(
        trust=bounded(raw.trust + shift.trust),
        fear=bounded(raw.fear + shift.fear),
        respect=bounded(raw.respect + shift.respect),
        desire=bounded(raw.desire + shift.desire),
        debt_cents=shift.debt_cents,
    )


def moved(state: State, of: EntityId, towards: EntityId) -> Shift:
    """How far what happened between the two has moved the bond."""
    if towards == PLAYER:
        return state.bonds.player.get(of, STILL)
    return state.bonds.others.get(pair(of, towards), STILL)


def resting(state: State, of: EntityId, towards: EntityId, rules: Rules) -> Bond:
    """Where the bond rests: by race, house, haunt and the seed. It moves with what the houses hold of each other."""
    if of == PLAYER and towards in state.npcs:
        return INDIFFERENT
    holder = state.npcs[of]
    if towards == PLAYER:
        return _bond(rules.bonds.races[holder.character.race].player, _standing(state, holder, rules))
    return _nature(state, holder, state.npcs[towards], rules)


def affinity(state: State, of: EntityId, towards: EntityId, rules: Rules) -> int:
    """How much more one NPC trusts another than race and houses would have it, in points; below zero where less."""
    usual = bounded(_usual(state, state.npcs[of], state.npcs[towards], rules))
    return bond(state, of, towards, rules).trust - usual


def bounded(points: int) -> int:
    """A score within its bounds."""
    return min(max(points, WORST), BEST)


def _scores(holder: Npc, other: Npc, rules: Rules) -> Scores:
    """What the one's race makes of the other's."""
    temper, race = rules.bonds.races[holder.character.race], other.character.race
    return temper.kin if race == holder.character.race else temper.races.get(race, temper.strangers)


def _usual(state: State, holder: Npc, other: Npc, rules: Rules) -> int:
    """The trust that race and house would have."""
    grudge = _grudge(state, holder.character.race, other.character.race)
    return _scores(holder, other, rules).trust - grudge * rules.bonds.house.per_100_grudge // 100


def _nature(state: State, holder: Npc, other: Npc, rules: Rules) -> Bond:
    """Two NPCs: the races, whether they share a haunt, what their houses hold, and a liking of their own."""
    book, one, two = rules.bonds, holder.character, other.character
    scores, whim = _scores(holder, other, rules), book.whim
    trust, fear, respect, desire = _liking(state.seed, one.npc_id, two.npc_id)
    near = book.haunt if one.haunt_id == two.haunt_id else APART
    return Bond(
        trust=bounded(_usual(state, holder, other, rules) + whim.trust * trust // 1000 + near.trust),
        fear=bounded(scores.fear + whim.fear * fear // 1000 + near.fear),
        respect=bounded(scores.respect + whim.respect * respect // 1000 + near.respect),
        desire=bounded(scores.desire + whim.desire * desire // 1000 + near.desire),
    )


def _bond(scores: Scores, trust: int) -> Bond:
    return Bond(bounded(scores.trust + trust), scores.fear, scores.respect, scores.desire)


def _standing(state: State, npc: Npc, rules: Rules) -> int:
    """Trust that the player's standing with the NPC's house brings, or costs."""
    house_id = state.houses.races.get(npc.character.race)
    tie = state.houses.ties.get(house_id) if house_id is not None else None
    if tie is None or tie.standing == 0:
        return 0
    points = abs(tie.standing) * rules.bonds.house.per_100_standing // 100
    return points if tie.standing > 0 else -points


def _grudge(state: State, race: str, other: str) -> int:
    """What the house of a race holds against that of another."""
    mine, theirs = state.houses.races.get(race), state.houses.races.get(other)
    if mine is None or theirs is None:
        return 0
    return state.houses.grudges.get(mine, {}).get(theirs, 0)


@lru_cache(maxsize=4096)
def _liking(seed: int, of: EntityId, towards: EntityId) -> tuple[int, int, int, int]:
    """How one takes to the other, per mille of the whim of each score, below zero too. Kept: everybody asks for it."""
    stream = Stream(seed, "bonds", of, towards)
    trust, fear, respect, desire = (stream.between(-1000, 1000) for _ in SCORES)
    return trust, fear, respect, desire

"""An NPC's mind at a version of its world: all that its acts are weighed by apart from the moment.

Made once per version and kept: the moment then costs a few multiplications for each act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.behaviour.curves import FULL
from bodybroker.minds.behaviour.inputs import ACTIVITIES, REGARDS, STATS, Target
from bodybroker.minds.behaviour.rules import BehaviourRules, Way
from bodybroker.minds.behaviour.schedule import Whereabouts, whereabouts
from bodybroker.world.base import PLAYER
from bodybroker.world.beliefs.reading import known_to
from bodybroker.world.bonds.between import bond
from bodybroker.world.houses import relations
from bodybroker.world.houses.rules import MOST as MOST_GRUDGE
from bodybroker.world.market.prices import deals
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.talk.checks import check_attacks

MOST = 100


@dataclass(frozen=True, slots=True)
class Inclination:
    """How much of an act the world decides: `settled` is worth per mille, `urge` its weight with the NPC's own
    taste for it, which `traits` gave it beside its whim."""

    way: Way
    settled: int
    urge: int
    traits: tuple[str, ...]


@dataclass(slots=True)
class Mind:
    """An NPC's mind. `there` is where it should be, None while it is nowhere to be found."""

    state: State
    npc: Npc
    rules: Rules
    behaviour: BehaviourRules
    there: Whereabouts | None = None
    _own: dict[str, int] = field(default_factory=dict)
    _regards: dict[EntityId, dict[str, int]] = field(default_factory=dict)
    _inclined: dict[EntityId | None, tuple[Inclination, ...]] = field(default_factory=dict)

    @property
    def npc_id(self) -> EntityId:
        return self.npc.character.npc_id

    def values(self, target: EntityId | None) -> dict[str, int]:
        """Every input that the world decides, towards `target`."""
        known = dict(self._own)
        if target is not None:
            known |= _towards(self, target)
        if target == PLAYER:
            known |= _towards_player(self)
        return known

    def inclined(self, target: EntityId | None) -> tuple[Inclination, ...]:
        """What it can do at `target`, the weightiest first."""
        found = self._inclined.get(target)
        if found is None:
            found = self._inclined[target] = self._incline(target)
        return found

    def regards(self, about: EntityId) -> Mapping[str, int]:
        """What it makes of somebody by what it believes, surer or graver beliefs counting more."""
        return self._regards.get(about, {})

    def _incline(self, target: EntityId | None) -> tuple[Inclination, ...]:
        values = self.values(target)
        found = [_inclination(self, way, values) for way in self.behaviour.ways[kind_of(target)]]
        return tuple(sorted(found, key=lambda inclination: -inclination.urge))


def kind_of(target: EntityId | None) -> Target:
    """What kind of target an id is."""
    if target is None:
        return "self"
    return "player" if target == PLAYER else "npc"


def read(state: State, npc_id: EntityId, rules: Rules, behaviour: BehaviourRules) -> Mind:
    """The mind of an NPC of `state`; KeyError where there is none of that id."""
    npc = state.npcs[npc_id]
    mind = Mind(state, npc, rules, behaviour, whereabouts(state, npc, behaviour.schedule))
    mind._own |= _own(mind)
    for belief in known_to(state, rules, npc_id):
        weights = behaviour.beliefs.get(belief.claim.predicate, {})
        regards = mind._regards.setdefault(belief.claim.subject, {})
        for name, weight in weights.items():
            regards[name] = max(regards.get(name, 0), belief.strength * weight // MOST)
    return mind


def _own(mind: Mind) -> dict[str, int]:
    npc, state = mind.npc, mind.state
    guide, danger = npc.character.guide, state.conflict.danger
    return {
        **{name: getattr(guide, name) for name in STATS},
        **{str(name): value for name, value in mind.behaviour.moods[npc.mood].items()},
        **{name: _if(mind.there is not None and mind.there.activity == name) for name in ACTIVITIES},
        "wealth": _share(npc.purse_cents, npc),
        "danger": _if(danger is not None and danger.place_id == npc.character.haunt_id),
    }


def _towards(mind: Mind, target: EntityId) -> dict[str, int]:
    state, npc, rules = mind.state, mind.npc, mind.rules
    mine, theirs = bond(state, mind.npc_id, target, rules), bond(state, target, mind.npc_id, rules)
    other = state.npcs.get(target)
    return {
        "trust": mine.trust,
        "fear": mine.fear,
        "respect": mine.respect,
        "desire": mine.desire,
        "owed": _share(theirs.debt_cents, npc),
        "owes": _share(mine.debt_cents, npc),
        **{name: mind.regards(target).get(name, 0) for name in REGARDS},
        "kin": _if(other is not None and other.character.race == npc.character.race),
        "feud": _feud(state, mind.npc_id, target),
    }


def _towards_player(mind: Mind) -> dict[str, int]:
    state, npc = mind.state, mind.npc
    player = state.player
    meets = mind.there is not None and npc.character.haunt_id == player.place_id
    return {
        "wares": _if(any(item.part in npc.character.tastes for item in player.inventory.values())),
        "order": _if(any(order.npc_id == mind.npc_id for order in state.market.orders.values())),
        "deals": _if(deals(state, npc, mind.rules)),
        "meets": _if(meets and state.conflict.danger is None),
        "may_attack": _if(meets and _may_attack(mind)),
        "service": _if(mind.npc_id in state.market.intermediaries),
        "weakness": MOST - player.health,
        "heat": player.heat,
        "inhumanity": MOST - player.humanity,
    }


def _may_attack(mind: Mind) -> bool:
    """Whether the rules would let it turn on the player, or it fights the player already."""
    danger = mind.state.conflict.danger
    if danger is not None:
        return any(foe.npc_id == mind.npc_id and foe.standing == "fighting" for foe in danger.foes)
    try:
        check_attacks(mind.state, mind.npc, mind.rules)
    except Refused:
        return False
    return True


def _feud(state: State, npc_id: EntityId, target: EntityId) -> int:
    """What its house holds against the other's; how much it hunts the player."""
    house_id = relations.house_of(state, npc_id)
    if house_id is None:
        return 0
    if target == PLAYER:
        points = relations.tie(state, house_id).hunt
    else:
        other = relations.house_of(state, target)
        points = 0 if other is None else state.houses.grudges.get(house_id, {}).get(other, 0)
    return MOST * points // MOST_GRUDGE


def _settled(way: Way, values: Mapping[str, int]) -> int:
    worth = FULL
    for name, table in way.settled:
        worth = worth * table[values.get(name, 0)] // FULL
    return worth


def _inclination(mind: Mind, way: Way, values: Mapping[str, int]) -> Inclination:
    traits = mind.behaviour.traits
    telling = tuple(trait for trait in mind.npc.character.traits if way.name in traits.get(trait, {}))
    taste = mind.behaviour.whim_per_mille * _leaning(mind.state.seed, mind.npc_id, way.name) // FULL
    taste += sum(traits[trait][way.name] for trait in telling)
    return Inclination(way, _settled(way, values), max(way.act.weight * (FULL + taste) // FULL, 0), telling)


@lru_cache(maxsize=4096)
def _leaning(seed: int, npc_id: EntityId, act: str) -> int:
    """How an NPC takes to an act, in -1000..1000: nobody is like the other. Kept: every version asks for it."""
    return Stream(seed, "behaviour", npc_id, act).between(-FULL, FULL)


def _share(cents: int, npc: Npc) -> int:
    """Money as a share of the NPC's full purse, 0..100."""
    return min(max(MOST * cents // max(npc.character.purse_cents, 1), 0), MOST)


def _if(holds: bool) -> int:
    return MOST if holds else 0

"""Each tick: every NPC's best act. `choose` finds it fast, `explain` says why; both weigh by the same arithmetic."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bodybroker.generation.entities import Point
from bodybroker.kernel.ids import EntityId
from bodybroker.minds.behaviour import senses
from bodybroker.minds.behaviour.curves import FULL
from bodybroker.minds.behaviour.inputs import PLACE
from bodybroker.minds.behaviour.mind import Inclination, Mind
from bodybroker.minds.behaviour.moving import destination
from bodybroker.minds.behaviour.rules import ROUTINE, Attention
from bodybroker.minds.behaviour.senses import Scene, Standing
from bodybroker.world.base import PLAYER

Sensed = tuple[EntityId | None, list[int]]
"""A target (None: oneself) and what is sensed of it."""


class Weight(Struct, frozen=True):
    """What one input said for an act: its value in 0..100, and what that is worth, per mille."""

    of: str
    value: int
    worth: int


class Option(Struct, frozen=True):
    """An act that was weighed, at whom, and its score, per mille.

    The weights multiply; what that loses by their number is made up for; then it counts by its `urge` (the act's weight
    and the NPC's own taste for it, to which `traits` added), and more if it is what the NPC is doing.
    """

    act: str
    towards: EntityId | None
    score: int
    urge: int
    traits: tuple[str, ...]
    is_doing: bool
    weighs: tuple[Weight, ...]


class Choice(Struct, frozen=True):
    """What an NPC does now. `towards` whom, `to` where (None: it stays), `score` per mille.

    `speaks`: it is worth a model's words. `again_ms`: how long this may stand before it should be asked again.
    """

    npc_id: EntityId
    attention: Attention
    act: str
    towards: EntityId | None
    to: Point | None
    pace: str
    score: int
    speaks: bool
    again_ms: int


def choose(mind: Mind, standing: Standing, scene: Scene, attention: Attention) -> Choice | None:
    """What an NPC does at its level of attention; None while it is nowhere to be found."""
    if mind.there is None:
        return None
    level = mind.behaviour.levels[attention]
    if not level.thinks:
        return _as_chosen(mind, standing, scene, attention, ROUTINE, None, 0)
    doing = standing.doing
    momentum = FULL + mind.behaviour.momentum_per_mille
    best, name, towards = -1, ROUTINE, None
    for target, sensed in perceived(mind, standing, scene, level.others):
        going = doing.act if doing is not None and doing.towards == target else None
        for inclination in mind.inclined(target):
            if inclination.urge * momentum <= best * FULL:
                break  # the rest weighs less still
            score = _score(inclination, sensed, momentum if inclination.way.name == going else FULL)
            if score > best:
                best, name, towards = score, inclination.way.name, target
    return _as_chosen(mind, standing, scene, attention, name, towards, best)


def explain(mind: Mind, standing: Standing, scene: Scene, attention: Attention) -> tuple[Option, ...]:
    """Every act that was weighed, the best first; empty for those who do not think."""
    level = mind.behaviour.levels[attention]
    if mind.there is None or not level.thinks:
        return ()
    doing = standing.doing
    momentum = FULL + mind.behaviour.momentum_per_mille
    found = []
    for target, sensed in perceived(mind, standing, scene, level.others):
        values = {**mind.values(target), **{name: sensed[place] for name, place in PLACE.items()}}
        going = doing.act if doing is not None and doing.towards == target else None
        for inclination in mind.inclined(target):
            way, is_doing = inclination.way, inclination.way.name == going
            score = _score(inclination, sensed, momentum if is_doing else FULL)
            weights, traits = _weights(inclination, values), inclination.traits
            found.append(Option(way.name, target, score, inclination.urge, traits, is_doing, weights))
    return tuple(sorted(found, key=lambda option: -option.score))


def _score(inclination: Inclination, sensed: Sequence[int], momentum: int) -> int:
    worth = inclination.settled
    for place, table in inclination.way.sensed:
        worth = worth * table[sensed[place]] // FULL
    worth += (FULL - worth) * inclination.way.make_up * worth // (FULL * FULL)
    return worth * inclination.urge * momentum // (FULL * FULL)


def _weights(inclination: Inclination, values: Mapping[str, int]) -> tuple[Weight, ...]:
    return tuple(
        Weight(each.of, values.get(each.of, 0), each.worth(values.get(each.of, 0)))
        for each in inclination.way.act.weighs
    )


def perceived(mind: Mind, standing: Standing, scene: Scene, most: int) -> Iterator[Sensed]:
    """Everybody it could do something about: itself, the player, the nearest of the others."""
    assert mind.there is not None
    rules = mind.behaviour.senses
    others = sorted(
        (apart, other.npc_id)
        for other in scene.npcs
        if other.npc_id != standing.npc_id and (apart := senses.distance(standing.at, other.at)) < rules.sight_cm
    )
    near = sum(1 for apart, _ in others if apart <= rules.near_cm)
    own = senses.own(standing, mind.there.at, near, rules)
    yield None, own + [0] * (len(PLACE) - len(own))
    if scene.player_at is not None:
        apart = senses.distance(standing.at, scene.player_at)
        yield PLAYER, own + senses.of_player(standing, PLAYER, apart, scene, rules)
    for apart, other_id in others[:most]:
        yield other_id, [*own, *senses.of_npc(standing, other_id, apart, rules), 0, 0]


def _as_chosen(
    mind: Mind, standing: Standing, scene: Scene, attention: Attention, name: str, towards: EntityId | None, score: int
) -> Choice:
    act, level = mind.behaviour.acts[name], mind.behaviour.levels[attention]
    return Choice(
        npc_id=standing.npc_id,
        attention=attention,
        act=name,
        towards=towards,
        to=destination(mind, standing, scene, act, towards),
        pace=act.pace,
        score=score,
        speaks=act.speaks and level.speaks,
        again_ms=level.every_ms,
    )

"""Use case: a game shard asks what its NPCs do now; a designer asks what one would do, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf

from bodybroker.generation.entities import Point
from bodybroker.kernel.errors import Fault, Malformed, NotFound
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey
from bodybroker.minds.behaviour import barking, choosing, mind, schedule
from bodybroker.minds.behaviour.barking import Cue
from bodybroker.minds.behaviour.choosing import Choice, Option
from bodybroker.minds.behaviour.mind import Mind
from bodybroker.minds.behaviour.rules import Attention, BehaviourRules
from bodybroker.minds.behaviour.schedule import Whereabouts
from bodybroker.minds.behaviour.senses import Scene, Standing, distance
from bodybroker.models.attention import Sighting, level
from bodybroker.models.tiers import AttentionRules
from bodybroker.ports.worlds import EventStore, Head
from bodybroker.services.read_world import read_world
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

KEPT_WORLDS = 64
CM_PER_M = 100


@dataclass(frozen=True, slots=True)
class Doing:
    """What one NPC does: nothing (`choice` is None) while it is away. `why` only where that was asked for.

    `words` are those of its bark, where one is due and its voice has some.
    """

    npc_id: EntityId
    choice: Choice | None
    why: tuple[Option, ...] | None
    cue: Cue | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """What all of a shard's NPCs do, as the world stands at `version`."""

    version: int
    doings: Sequence[Doing]


@dataclass(frozen=True, slots=True)
class Look:
    """What one NPC would do: where it is by the hour, or from which minute on it can be met again."""

    version: int
    minute: int
    whereabouts: Whereabouts | None
    returns: int
    doing: Doing


@dataclass(slots=True)
class _Minds:
    """Minds of a world at one version, read as they are asked for."""

    branch_id: BranchId
    state: State
    by_npc: dict[EntityId, Mind] = field(default_factory=dict)


@dataclass(slots=True)
class BehaviourDesk:
    """Answers for many worlds; keeps the minds of those that were asked about last."""

    store: EventStore
    rules: Rules
    behaviour: BehaviourRules
    attention: AttentionRules
    _kept: dict[WorldKey, _Minds] = field(default_factory=dict)

    def tick(self, key: WorldKey, scene: Scene, *, why: bool = False) -> Tick:
        """What the NPCs of `scene` do now.

        Raises NotFound for a world, Malformed with a fault for each NPC that the world lacks or that is named twice.
        """
        head, minds = self._minds(key)
        _check(scene, minds.state)
        return Tick(head.version, self._decide(minds, scene, why=why))

    def look(self, key: WorldKey, npc_id: EntityId, distance_cm: int | None, unseen_ms: int) -> Look:
        """What an NPC would do where its schedule puts it, with the player so far off, and why.

        Where no distance is named they stand face to face, if they are in one place. Raises NotFound.
        """
        head, minds = self._minds(key)
        state = minds.state
        npc = state.npcs.get(npc_id)
        if npc is None:
            raise NotFound("Nobody of that id lives in this world.", code="unknown_npc")
        there = self._mind(minds, npc_id).there
        at = npc.character.at if there is None else there.at
        if distance_cm is None and state.player.place_id == npc.character.haunt_id:
            distance_cm = 0
        player_at = None if distance_cm is None else Point(at.x_cm + distance_cm, at.y_cm)
        scene = Scene((Standing(npc_id, at, unseen_ms=unseen_ms),), player_at)
        [doing] = self._decide(minds, scene, why=True)
        return Look(head.version, state.minute, there, schedule.returns(state, npc, self.rules.clock), doing)

    def _decide(self, minds: _Minds, scene: Scene, *, why: bool) -> list[Doing]:
        choices: list[Choice] = []
        doings: dict[EntityId, Doing] = {}
        for standing in scene.npcs:
            own = self._mind(minds, standing.npc_id)
            attention = self._attention(minds.state, standing, scene)
            choice = choosing.choose(own, standing, scene, attention)
            reasons = choosing.explain(own, standing, scene, attention) if why else None
            doings[standing.npc_id] = Doing(standing.npc_id, choice, reasons)
            if choice is not None:
                choices.append(choice)
        cue = barking.cue(choices, {each.npc_id: each for each in scene.npcs}, minds.by_npc)
        if cue is not None:
            words = barking.words(cue, minds.by_npc[cue.npc_id], scene.barked.get(cue.repertoire, 0))
            doings[cue.npc_id] = replace(doings[cue.npc_id], cue=cue, words=words)
        return list(doings.values())

    def _attention(self, state: State, standing: Standing, scene: Scene) -> Attention:
        apart = inf if scene.player_at is None else distance(standing.at, scene.player_at) / CM_PER_M
        is_major = any(house.leader_id == standing.npc_id for house in state.houses.houses.values())
        sighting = Sighting(apart, standing.unseen_ms, "major" if is_major else "resident")
        return level(sighting, self.attention, standing.attention)

    def _minds(self, key: WorldKey) -> tuple[Head, _Minds]:
        loaded = read_world(self.store, key)
        head, kept = loaded.head, self._kept.pop(key, None)
        if kept is None or (kept.branch_id, kept.state.version) != (head.branch_id, head.version):
            kept = _Minds(head.branch_id, loaded.state)
        self._kept[key] = kept
        if len(self._kept) > KEPT_WORLDS:
            del self._kept[next(iter(self._kept))]
        return head, kept

    def _mind(self, minds: _Minds, npc_id: EntityId) -> Mind:
        found = minds.by_npc.get(npc_id)
        if found is None:
            found = minds.by_npc[npc_id] = mind.read(minds.state, npc_id, self.rules, self.behaviour)
        return found


def _check(scene: Scene, state: State) -> None:
    """Raises Malformed unless every NPC lives in this world and is named once."""
    faults: list[Fault] = []
    named: set[EntityId] = set()
    for i, standing in enumerate(scene.npcs):
        if standing.npc_id not in state.npcs:
            faults.append({"path": f"npcs.{i}.npc_id", "message": "nobody of that id lives in this world"})
        elif standing.npc_id in named:
            faults.append({"path": f"npcs.{i}.npc_id", "message": "named twice"})
        named.add(standing.npc_id)
    if faults:
        raise Malformed(f"The request has {len(faults)} fault(s).", faults=faults)

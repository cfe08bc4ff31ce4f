"""Behaviour of 25 NPCs at 10 Hz beside its peers: `python -m tests.benchmarks.behaviour`, and in `make bench`.

The scene is a crowd by night, everybody within sight of everybody and of the player, who walks among them; all of them
have full attention and weigh every act at the player and at the nearest others. Now and then somebody is hurt, and
every few seconds the world has a new version, so that all minds are read anew. Figures are CPU time of this process, so
that neighbours on the machine count little.

The peers decide the same acts in the same scene, in turns with ours: `py_trees` (PyPI) as one tree per NPC, and plain
Python that weighs as ours does, without tables and without what is settled beforehand.
"""

import json
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, cast

from bodybroker.generation.entities import Point
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey
from bodybroker.minds.behaviour import choosing, mind, rules, senses
from bodybroker.minds.behaviour.curves import Consideration
from bodybroker.minds.behaviour.inputs import PLACE
from bodybroker.minds.behaviour.mind import Mind
from bodybroker.minds.behaviour.rules import BehaviourRules
from bodybroker.minds.behaviour.senses import Doing, Scene, Standing
from bodybroker.models import tiers
from bodybroker.ports.worlds import EventStore, Head, Loaded
from bodybroker.services.decide_behaviour import BehaviourDesk
from bodybroker.world import decide
from bodybroker.world import rules as world
from bodybroker.world.apply import fold
from bodybroker.world.base import PLAYER
from bodybroker.world.commands import CommandAdapter
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

from functions.behaviour import handler
from tests.fakes.http import PLAYER as PLAYER_ID
from tests.fakes.http import send

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".build/envs/peers"
TREES = Path(__file__).with_name("peers") / "trees.py"
SEED = 7
NPCS, HERTZ, SECONDS, VERSION_SECONDS = 25, 10, 30, 5
BUDGET_PERCENT = 10
FIELD_CM = 2400
"""The side of the square in which all this happens: the player is never farther off than full attention reaches."""
ROUNDS = 5
HURT_HEALTH = 70
"""Health of whoever was hurt."""


def measure() -> str:
    """The tables."""
    book, behaviour = world.load(), rules.load()
    state = crowd(book)
    minds = _read(state, book, behaviour)
    frames = list(moments(list(minds), SECONDS * HERTZ))
    tables = (
        _share(state, book, behaviour, frames),
        _beside(minds, behaviour, frames),
        [*_door(state, book, behaviour, frames), *_steadiness(minds, frames)],
    )
    return "\n\n".join("\n".join(table) for table in tables)


def crowd(book: Rules) -> State:
    """The player in the graveyard of a crowded city by night."""
    documents = book.model_dump(mode="json")
    for resident in documents["district"]["residents"]:
        resident["count"] = {end: 2 * number for end, number in resident["count"].items()}
    crowded = world.validate(documents)
    state = fold(decide.create(SEED, crowded))
    for command in _to_the_graveyard(state, book):
        state = fold(decide.decide(state, CommandAdapter.validate_python(command), crowded), state)
    return state


def _to_the_graveyard(state: State, book: Rules) -> Iterator[dict[str, Any]]:
    yield {"type": "wait", "minutes": book.clock.dusk_minute - state.minute + 1}
    for kind in ("street", "graveyard"):
        yield {
            "type": "travel",
            "place_id": next(place_id for place_id, place in state.places.items() if place.site.kind == kind),
        }


def _read(state: State, book: Rules, behaviour: BehaviourRules) -> dict[EntityId, Mind]:
    """The first so many who are there."""
    minds = {npc_id: mind.read(state, npc_id, book, behaviour) for npc_id in sorted(state.npcs)}
    there = [npc_id for npc_id, own in minds.items() if own.there is not None][:NPCS]
    assert len(there) == NPCS, f"only {len(there)} NPCs are about"
    return {npc_id: minds[npc_id] for npc_id in there}


def moments(npc_ids: list[EntityId], count: int) -> Iterator[Scene]:
    """Everybody wanders, the player too; a blow falls now and then."""
    random = Random(SEED)
    spots = {who: [random.randrange(FIELD_CM), random.randrange(FIELD_CM)] for who in [PLAYER, *npc_ids]}
    blows: dict[EntityId, tuple[int, EntityId]] = {}
    for frame in range(count):
        for spot in spots.values():
            for axis in (0, 1):
                spot[axis] = min(max(spot[axis] + random.randrange(-15, 16), 0), FIELD_CM)
        if random.random() < 1 / HERTZ:
            blows[random.choice(npc_ids)] = (frame, random.choice([PLAYER, *npc_ids]))
        npcs = tuple(_standing(each, spots, blows, frame) for each in npc_ids)
        yield Scene(npcs, Point(*spots[PLAYER]), player_armed=2 * frame > count)


def _standing(
    npc_id: EntityId, spots: Mapping[EntityId, list[int]], blows: Mapping[EntityId, tuple[int, EntityId]], frame: int
) -> Standing:
    when, by = blows.get(npc_id, (None, None))
    hurt_ms = None if when is None else 1000 * (frame - when) // HERTZ
    health = 100 if when is None else HURT_HEALTH
    return Standing(npc_id, Point(*spots[npc_id]), health, unseen_ms=0, hurt_ms=hurt_ms, hurt_by=by)


def _share(state: State, book: Rules, behaviour: BehaviourRules, frames: list[Scene]) -> list[str]:
    """What a shard's ticks take of one core, with the minds read anew at every version."""
    acts: Counter[str] = Counter()
    anew = all_told = 0.0
    minds: dict[EntityId, Mind] = {}
    doing: dict[EntityId, Doing] = {}
    ticks = []
    for i, frame in enumerate(frames):
        is_new = i % (VERSION_SECONDS * HERTZ) == 0
        begun = time.process_time()
        if is_new:
            minds = _read(state, book, behaviour)
        choices = [choosing.choose(minds[each.npc_id], each, frame, "full") for each in _going_on(frame, doing)]
        spent = time.process_time() - begun
        all_told, anew = all_told + spent, anew + is_new * spent
        ticks.append(1000 * spent)
        for choice in choices:
            assert choice is not None
            doing[choice.npc_id] = Doing(choice.act, choice.towards)
            acts[choice.act] += 1
    percent = 100 * all_told / SECONDS
    mark = "" if percent <= BUDGET_PERCENT else "   over"
    shown = ", ".join(f"{act} {100 * count // acts.total()} %" for act, count in acts.most_common(8))
    return [
        f"{NPCS} NPCs x {HERTZ} Hz for {SECONDS} s, a new version of the world every {VERSION_SECONDS} s",
        f"{'percent of one core':<44}{percent:>10.2f}   budget {BUDGET_PERCENT}{mark}",
        f"{'  of which ticks that read all minds anew':<44}{100 * anew / SECONDS:>10.2f}",
        f"{'ms of CPU per tick of all: median, worst':<44}{statistics.median(ticks):>10.2f}{max(ticks):>10.2f}",
        f"acts: {shown}",
    ]


def _going_on(frame: Scene, doing: Mapping[EntityId, Doing]) -> Iterator[Standing]:
    for each in frame.npcs:
        yield senses.Standing(
            each.npc_id, each.at, each.health, each.unseen_ms, each.hurt_ms, each.hurt_by, doing=doing.get(each.npc_id)
        )


def _beside(minds: Mapping[EntityId, Mind], behaviour: BehaviourRules, frames: list[Scene]) -> list[str]:
    """CPU per NPC and tick, ours and the peers' in turns."""
    frames = frames[: 5 * HERTZ]
    plain = Plain(minds)

    def ours(each: Standing, frame: Scene) -> object:
        return choosing.choose(minds[each.npc_id], each, frame, "full")

    found: dict[str, list[float]] = {"": [], "py_trees": [], "plain Python": []}
    with _trees(minds, behaviour, frames) as trees:
        for _ in range(ROUNDS):
            found[""].append(_timed(frames, ours))
            found["plain Python"].append(_timed(frames, plain.choose))
            found["py_trees"].append(trees())
    own = statistics.median(found.pop(""))
    head = f"{'µs of CPU per NPC and tick':<44}{'this':>10}{'peer':>10}{'ratio':>8}"
    return [head] + [
        f"{name:<44}{own:>10.1f}{(peer := statistics.median(costs)):>10.1f}{own / peer:>8.2f}"
        for name, costs in found.items()
    ]


def _timed(frames: list[Scene], choose: Callable[[Standing, Scene], object]) -> float:
    begun = time.process_time()
    for frame in frames:
        for each in frame.npcs:
            choose(each, frame)
    return 1e6 * (time.process_time() - begun) / len(frames) / NPCS


class Plain:
    """The same decision as one writes it first: every curve of every act, from inputs in a dict."""

    def __init__(self, minds: Mapping[EntityId, Mind]) -> None:
        self.minds = minds
        targets = (None, PLAYER, *minds)
        self.values = {(npc_id, who): own.values(who) for npc_id, own in minds.items() for who in targets}

    def choose(self, standing: Standing, scene: Scene) -> tuple[float, str]:
        own = self.minds[standing.npc_id]
        best = (-1.0, "")
        for target, inputs in self._inputs(own, standing, scene):
            for name, act in own.behaviour.acts.items():
                if act.at == mind.kind_of(target):
                    worth = 1.0
                    for each in act.weighs:
                        worth *= each.worth(inputs[each.of]) / 1000
                    worth += (1 - worth) * (1 - 1 / len(act.weighs)) * worth
                    best = max(best, (worth * act.weight, name))
        return best

    def at_player(self, standing: Standing, scene: Scene) -> dict[str, int]:
        """Every input towards the player."""
        return dict(self._inputs(self.minds[standing.npc_id], standing, scene))[PLAYER]

    def _inputs(self, own: Mind, standing: Standing, scene: Scene) -> Iterator[tuple[EntityId | None, dict[str, int]]]:
        for target, sensed in choosing.perceived(own, standing, scene, own.behaviour.levels["full"].others):
            found = dict(self.values[(own.npc_id, target)])
            for name, place in PLACE.items():
                found[name] = sensed[place]
            for stat in ("anger", "hunger", "ease"):
                found.setdefault(stat, 0)
            yield target, found


@contextmanager
def _trees(
    minds: Mapping[EntityId, Mind], behaviour: BehaviourRules, frames: list[Scene]
) -> Iterator[Callable[[], float]]:
    """The peer's process, told the scene; each call ticks its trees through all frames."""
    acts = sorted((act for act in behaviour.acts.values() if act.at == "player"), key=lambda act: -act.weight)
    guards = [[_guard(each) for each in act.weighs] for act in acts]
    plain = Plain(minds)
    told = [[plain.at_player(each, frame) for each in frame.npcs] for frame in frames]
    command = [ENVIRONMENT / "bin/python", TREES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None

        def tick() -> float:
            print("again", file=process.stdin, flush=True)
            return float(process.stdout.readline())

        print(json.dumps({"acts": guards, "frames": told}), file=process.stdin, flush=True)
        tick()  # whoever warms up does so now
        yield tick
        process.stdin.close()


def _guard(each: Consideration) -> tuple[str, int, bool]:
    """A consideration as a guard: half of it is enough."""
    return each.of, (each.nothing_at + each.full_at) // 2, each.nothing_at < each.full_at


@dataclass(frozen=True)
class OneWorld:
    """A store of worlds that holds this one for everybody."""

    state: State

    def load(self, key: WorldKey) -> Loaded:
        return Loaded(Head(0, BranchId("branch"), self.state.version, "", "", ""), self.state, 0)


def _door(state: State, book: Rules, behaviour: BehaviourRules, frames: list[Scene]) -> list[str]:
    """What the function takes for a request: reading it, deciding, writing the answer; without the database's part."""
    desk = BehaviourDesk(cast(EventStore, OneWorld(state)), book, behaviour, tiers.load().attention)
    handler.desk = lambda: desk
    costs, bodies = [], [_request(frame) for frame in frames[: 5 * HERTZ]]
    for body in bodies:
        begun = time.process_time()
        reply = send(handler.lambda_handler, "POST", f"/worlds/{PLAYER_ID}/behaviour", body)
        costs.append(1000 * (time.process_time() - begun))
        assert reply.status == 200 and len(reply.body["npcs"]) == NPCS, reply.body
    kilobytes = statistics.mean(map(len, bodies)) / 1000
    asked = f"a request for {NPCS} NPCs ({kilobytes:.1f} kB), ms of CPU"
    return [f"{asked:<44}{statistics.median(costs):>10.2f}"]


def _request(frame: Scene) -> str:
    """A scene as a shard sends it."""
    assert frame.player_at is not None
    npcs = [
        {"npc_id": each.npc_id, "x_cm": each.at.x_cm, "y_cm": each.at.y_cm, "health": each.health, "unseen_ms": 0}
        | ({"hurt_ms": each.hurt_ms, "hurt_by": each.hurt_by} if each.hurt_by else {})
        for each in frame.npcs
    ]
    player = {"x_cm": frame.player_at.x_cm, "y_cm": frame.player_at.y_cm, "armed": frame.player_armed}
    return json.dumps({"npcs": npcs, "player": player})


def _steadiness(minds: Mapping[EntityId, Mind], frames: list[Scene]) -> list[str]:
    """How often NPCs change their minds, with and without being told what they were doing."""
    found = {}
    for remembers in (True, False):
        doing: dict[EntityId, Doing] = {}
        changes = 0
        for frame in frames:
            for each in _going_on(frame, doing if remembers else {}):
                choice = choosing.choose(minds[each.npc_id], each, frame, "full")
                assert choice is not None
                now = Doing(choice.act, choice.towards)
                changes += doing.get(each.npc_id, now) != now
                doing[each.npc_id] = now
        found[remembers] = 60 * changes / NPCS / SECONDS
    return [
        f"{'changes of mind per NPC and minute':<44}{found[True]:>10.1f}",
        f"{'  if nobody knew what it was doing':<44}{found[False]:>10.1f}",
    ]


if __name__ == "__main__":
    print(measure())

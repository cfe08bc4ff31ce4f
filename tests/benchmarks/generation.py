"""Layer 1 beside public generators on the same tasks, in turns: `python -m tests.benchmarks.generation`.

Prints it alone, `make bench` beside the rest. The tasks:

- noise: a map of 256 by 256 heights, four octaves, wavelength 64. Ours is in whole numbers, the same on every machine.
- dungeon: connected rooms on a grid of 80 by 45 cells, from the slicing that our buildings are made with; then, beside
  the same peers, a furnished building on the ground of that size that its plan allows, with rooms by purpose, locks and
  keys, two ways to flee, cover, sight lines and spawns.
- monster: a stat block of fourteen fields; ours has a body, abilities, appetites and goals by race as well.

Every call takes a new seed and builds what it needs for it. Figures are CPU time per call, medians of rounds; the peers
run in processes of their own (`.build/envs/peers`), and in every round each has its turn.
"""

import random
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bodybroker.generation import bestiary, buildings, monsters, noise
from bodybroker.generation.layouts import CELL_CM

from scripts.generate import generators

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".build/envs/peers"
PEERS = Path(__file__).with_name("peers")
ROUNDS = 9
SIDE, OCTAVES, WAVELENGTH = 256, 4, 64
CELLS_WIDE, CELLS_DEEP = 80, 45
BUILDING: buildings.BuildingKind = "lab"
"""The kind that comes nearest to the peers' ground."""
REQUESTS = 300
"""Seeds of each kind behind the percentiles."""
BUDGET_MS = 10
"""What a request of layer 1 may take, 99 times in a hundred."""

Run = Callable[[int, int], float]
"""Does so many calls from a seed on; microseconds of CPU per call."""


@dataclass(frozen=True)
class Task:
    """What is measured: calls per round, our run, and the peers' by name."""

    name: str
    calls: int
    ours: Run
    peers: dict[str, Run]


def measure() -> str:
    """The tables."""
    with ExitStack() as stack:
        python = stack.enter_context(_talking(ENVIRONMENT / "bin/python", PEERS / "peer.py"))
        node = stack.enter_context(_talking(Path("node"), PEERS / "peer.cjs", ENVIRONMENT / "node"))
        tasks = [_noise(python), *_dungeons(python, node), _monster()]
        rows = [line for task in tasks for line in _compare(task)]
    head = f"{'µs of CPU per call':<26}{'this':>10}  {'peer':<34}{'peer':>10}{'ratio':>8}"
    return "\n".join([head, *rows, "", *_percentiles()])


def _noise(python: Callable[[str], Run]) -> Task:
    def ours(seed: int) -> object:
        return noise.fractal(noise.key(seed, "height"), SIDE, SIDE, WAVELENGTH, OCTAVES)

    peers = {
        "pyfastnoiselite, OpenSimplex2": python("pyfastnoiselite"),
        "tcod, simplex": python("tcod_noise"),
        "opensimplex with numba": python("opensimplex"),
    }
    return Task(f"noise {SIDE} x {SIDE} x {OCTAVES}", 20, _timed(ours), peers)


def _dungeons(python: Callable[[str], Run], node: Callable[[str], Run]) -> Iterator[Task]:
    rules = buildings.load()
    width, depth = buildings.fit(BUILDING, rules, CELLS_WIDE * CELL_CM, CELLS_DEEP * CELL_CM)
    peers = {
        "tcod, BSP": python("tcod_bsp"),
        "rot-js, Uniform": node("rot_uniform"),
        "rot-js, Digger": node("rot_digger"),
    }
    bare = _timed(lambda seed: buildings.rooms_and_corridors(seed, CELLS_WIDE, CELLS_DEEP))
    yield Task(f"dungeon {CELLS_WIDE} x {CELLS_DEEP}", 200, bare, peers)
    furnished = _timed(lambda seed: buildings.generate(BUILDING, seed, rules, width, depth))
    yield Task(f"furnished: {BUILDING} {width // CELL_CM} x {depth // CELL_CM}", 40, furnished, peers)


def _monster() -> Task:
    rules = bestiary.load()

    def ours(seed: int) -> object:
        return monsters.generate(monsters.KINDS[seed % len(monsters.KINDS)], seed, rules)

    return Task("monster", 2000, _timed(ours), {"plain Python, random.Random": _timed(_plain)})


def _compare(task: Task) -> Iterator[str]:
    runs = {"": task.ours, **task.peers}
    found: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run(task.calls, 0)  # whoever compiles does so now
    for i in range(1, ROUNDS + 1):
        for name, run in runs.items():
            found[name].append(run(task.calls, i * task.calls))
    ours = statistics.median(found.pop(""))
    for name, costs in found.items():
        peer = statistics.median(costs)
        yield f"{task.name:<26}{ours:>10,.1f}  {name:<34}{peer:>10,.1f}{ours / peer:>8.2f}"


def _percentiles() -> Iterator[str]:
    """What each request of layer 1 costs in process, once that is ready as a function is that makes places."""
    from bodybroker.doors import cold_start  # here, because from then on no garbage is looked for

    head = f"{'ms of CPU per request':<26}{'p50':>8}{'p99':>8}{'worst':>8}"
    yield f"{head}   of {REQUESTS} seeds; p99 budget {BUDGET_MS} ms"
    every = generators.load()
    cold_start.over()
    for name, generator in every.items():
        for kind in generator.kinds:
            generator.make(kind, 0)
            costs = []
            for seed in range(1, REQUESTS + 1):
                begun = time.process_time()
                generator.make(kind, seed)
                costs.append(1000 * (time.process_time() - begun))
            cuts = statistics.quantiles(costs, n=100)
            mark = "" if cuts[98] < BUDGET_MS else "   over"
            yield f"{name + ' ' + kind:<26}{cuts[49]:>8.2f}{cuts[98]:>8.2f}{max(costs):>8.2f}{mark}"


def _timed(call: Callable[[int], object]) -> Run:
    def run(calls: int, first: int) -> float:
        begun = time.process_time()
        for seed in range(first, first + calls):
            call(seed)
        return 1e6 * (time.process_time() - begun) / calls

    return run


@contextmanager
def _talking(program: Path, *arguments: Path) -> Iterator[Callable[[str], Run]]:
    """A process that answers one line per task (peers/peer.py); gives the run of a task by its name there."""
    with subprocess.Popen(
        [str(program), *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        asks, answers = process.stdin, process.stdout

        def named(name: str) -> Run:
            def run(calls: int, first: int) -> float:
                asks.write(f"{name} {calls} {first}\n")
                asks.flush()
                return float(answers.readline())

            return run

        try:
            yield named
        finally:
            asks.close()


def _plain(seed: int) -> dict[str, object]:
    """A monster as a few lines of Python make it."""
    dice = random.Random(seed)
    level = dice.randint(1, 20)
    return {
        "id": f"m-{seed:08x}",
        "race": dice.choice(monsters.KINDS),
        "level": level,
        "aggression": dice.random(),
        "intelligence": dice.random(),
        "charisma": dice.random(),
        "survival": dice.random(),
        "loyalty": dice.random(),
        "hp": sum(dice.randint(1, 8) for _ in range(level)),
        "ac": 10 + dice.randint(0, 8),
        "speed": dice.randint(20, 50),
        "traits": dice.sample(_TRAITS, 3),
        "goal": dice.choice(_GOALS),
        "seed": seed,
    }


_TRAITS = ("vain", "sly", "patient", "cruel", "proud", "bored", "loyal", "greedy")
_GOALS = ("feed", "hoard", "hunt", "hide", "rule")


if __name__ == "__main__":
    print(measure())

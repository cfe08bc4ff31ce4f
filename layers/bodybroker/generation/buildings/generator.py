"""A seed and a plan make a building: mission, rooms, openings, furniture, spawns. Same seed, same bytes."""

from bodybroker.generation.buildings import measuring, mission, openings, sights, slicing
from bodybroker.generation.buildings.floors import Floor
from bodybroker.generation.buildings.furniture import furnish
from bodybroker.generation.buildings.layout import KINDS, BuildingKind, BuildingLayout
from bodybroker.generation.buildings.measuring import WALL
from bodybroker.generation.buildings.mission import Mission
from bodybroker.generation.buildings.rendering import Built, render
from bodybroker.generation.buildings.rules import BuildingRules, Plan
from bodybroker.generation.buildings.spawning import settle
from bodybroker.generation.buildings.walls import Walls
from bodybroker.generation.entities import Provenance
from bodybroker.generation.layouts import CELL_CM
from bodybroker.kernel.random import Stream

GENERATOR = "building"
VERSION = 1

SEEDS = 2**64
"""Seeds lie in [0, SEEDS)."""

_TRIES = 3
"""Missions that are laid out before the best of them is taken, unless one looks well enough."""

_TOLERATED = 2
"""Cells too long that a room may be on average in a building that looks well enough."""

_LONGEST = 3
"""A room longer than that many times its width is too long."""


class InvalidRequest(ValueError):
    """What was asked for cannot be built; `faults` lists every reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def generate(
    kind: str, seed: int, rules: BuildingRules, width_cm: int | None = None, depth_cm: int | None = None
) -> BuildingLayout:
    """The building of a kind and a seed, furnished; a size that is not given is drawn from the plan.

    Sizes are in cm, outer walls included, rounded down to whole cells. Raises InvalidRequest with every fault of
    what was asked for.
    """
    faults = _faults(kind, seed, rules, width_cm, depth_cm)
    if faults:
        raise InvalidRequest(faults)
    known = next(name for name in KINDS if name == kind)
    plan = rules.plans[known]
    stream = Stream(seed, GENERATOR, str(VERSION), kind)
    size = stream.substream("size")
    drawn = plan.width_cm.draw(size), plan.depth_cm.draw(size)
    width, depth = (width_cm or drawn[0]) // CELL_CM, (depth_cm or drawn[1]) // CELL_CM
    made = _lay_out(plan, width, depth, stream)
    walls = Walls(width, depth)
    refuges = openings.cut(made.rooms, walls, plan, rules.catalogue, stream.substream("openings"))
    floor = Floor(depth)
    for gap in walls.gaps:
        if gap.passable:
            floor.keep_doors_free(gap)
    inside = stream.substream("inside")
    stands = [stand for room in made.rooms for stand in furnish(room, floor, rules.catalogue, inside)]
    settled = settle(made, walls.gaps[0], floor, stream.substream("spawns"))
    seen = sights.find(made.rooms, walls.gaps, stands, width, depth)
    provenance = Provenance(seed=seed, generator=GENERATOR, generator_version=VERSION)
    built = Built(known, plan, made, walls, refuges, stands, settled, seen)
    return render(built, stream.substream("rendering"), provenance)


def fit(kind: BuildingKind, rules: BuildingRules, width_cm: int, depth_cm: int) -> tuple[int, int]:
    """The largest building of the kind that stands on ground of this size; raises InvalidRequest where none does."""
    plan = rules.plans[kind]
    faults = [
        f"{name} {given}: a {kind} needs {allowed.low}"
        for name, given, allowed in (("width_cm", width_cm, plan.width_cm), ("depth_cm", depth_cm, plan.depth_cm))
        if given < allowed.low
    ]
    if faults:
        raise InvalidRequest(faults)
    return min(width_cm, plan.width_cm.high), min(depth_cm, plan.depth_cm.high)


def _faults(kind: str, seed: int, rules: BuildingRules, width_cm: int | None, depth_cm: int | None) -> list[str]:
    faults = []
    if not 0 <= seed < SEEDS:
        faults.append(f"seed {seed}: must lie in 0..{SEEDS - 1}")
    plan = next((plan for name, plan in rules.plans.items() if name == kind), None)
    if plan is None:
        return [*faults, f"kind {kind!r}: must be one of {', '.join(KINDS)}"]
    for name, given, allowed in (("width_cm", width_cm, plan.width_cm), ("depth_cm", depth_cm, plan.depth_cm)):
        if given is not None and not allowed.low <= given <= allowed.high:
            faults.append(f"{name} {given}: a {kind} takes {allowed.low}..{allowed.high}")
    return faults


def _lay_out(plan: Plan, width: int, depth: int, stream: Stream) -> Mission:
    """The best-proportioned of some missions that fit; the plans are checked to fit at their least."""
    ground = width - 2 * WALL, depth - 2 * WALL
    size = _size_per_mille(plan, width, depth)
    best: tuple[int, Mission] | None = None
    for i in range(_TRIES):
        made = _attempt(plan, size, ground, stream.substream(f"try/{i}"))
        if made is None:
            size = size * 3 // 4
            continue
        ugliness = _ugliness(made)
        if best is None or ugliness < best[0]:
            best = ugliness, made
        if ugliness <= _TOLERATED * len(made.rooms):
            break
    if best is not None:
        return best[1]
    least = _attempt(plan, 0, ground, stream.substream("least"))
    assert least is not None, "plans are checked to fit at their least"
    return least


def _attempt(plan: Plan, size_per_mille: int, ground: tuple[int, int], stream: Stream) -> Mission | None:
    """A mission laid out; None where it does not fit."""
    made = mission.draw(plan, size_per_mille, stream)
    if not measuring.measure(made.rooms, *ground):
        return None
    fitted = slicing.place(made.rooms[0], WALL, WALL, *ground, "south", stream)
    assert fitted, "the ground suffices for what was measured"
    return made


def _ugliness(made: Mission) -> int:
    """How much too long its rooms are, in cells."""
    total = 0
    for room in made.rooms:
        short, long = sorted((room.width, room.depth))
        if room.passage is None:
            total += max(0, long - _LONGEST * short)
        else:
            total += max(0, short - room.passage)
    return total


def _size_per_mille(plan: Plan, width: int, depth: int) -> int:
    """Where the ground stands between the smallest and the largest that the plan allows."""
    low, high = plan.width_cm.low * plan.depth_cm.low, plan.width_cm.high * plan.depth_cm.high
    return 1000 if high == low else (width * depth * CELL_CM**2 - low) * 1000 // (high - low)

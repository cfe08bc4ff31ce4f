"""Where something may appear: players at gates, patrols on ways, somebody at each point, what hides behind cover."""

import numpy as np

from bodybroker.generation.bearings import bearing
from bodybroker.generation.entities import Point
from bodybroker.generation.layouts import LocalId, Opening, Spawn, SpawnKind, Spot
from bodybroker.generation.terrain.bends import Bends
from bodybroker.generation.terrain.canvas import Array, Canvas, grown
from bodybroker.generation.terrain.layout import GROUND, Path
from bodybroker.generation.terrain.reach import Cells
from bodybroker.kernel.random import Stream

_TRIES = 6
_INWARD = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}


def spawns(
    canvas: Canvas, bends: Bends, paths: list[Path], ways: Array, reached: Cells, stream: Stream
) -> tuple[Spawn, ...]:
    """All of them on cells that are `reached`; `ways` are the cells through which the paths run."""
    rules = canvas.ground.spawns
    made: list[Spawn] = []

    def add(kind: SpawnKind, within: LocalId, at: Spot) -> None:
        made.append(Spawn(f"s{len(made) + 1}", kind, within, at))

    for gate in bends.gates.values():
        add("player", gate.id, inside(canvas, gate))
    for point in bends.points.values():
        add("npc", point.id, Spot(point.at.x_cm, point.at.y_cm, stream.below(360)))
    patrolled = stream.sample(paths, min(len(paths), rules.patrols.draw(stream)))
    for path in sorted(patrolled, key=lambda path: int(path.id[1:])):
        add("patrol", path.id, _midway(path.points))
    hidden = _hidden(canvas, ways, reached)
    lurking = hidden & grown(ways, canvas.rules.lurking_cm // canvas.rules.cell_cm)
    wishes: tuple[tuple[SpawnKind, Array, int], ...] = (
        ("npc", lurking, rules.ambushes.draw(stream)),
        ("item", hidden, rules.items.draw(stream)),
    )
    for kind, cells, count in wishes:
        for x, y in _some(canvas, cells, count, made, stream):
            add(kind, GROUND, Spot(x, y, stream.below(360)))
    return tuple(made)


def inside(canvas: Canvas, gate: Opening) -> Spot:
    """One cell inwards from a gate, looking in."""
    dx, dy = _INWARD[gate.at.yaw]
    step = canvas.rules.cell_cm
    return Spot(gate.at.x_cm + dx * step, gate.at.y_cm + dy * step, gate.at.yaw)


def _midway(points: tuple[Point, ...]) -> Spot:
    """Halfway along the bends, looking on along the way."""
    i = (len(points) - 1) // 2
    a, b = points[i], points[i + 1]
    return Spot((a.x_cm + b.x_cm) // 2, (a.y_cm + b.y_cm) // 2, bearing(b.x_cm - a.x_cm, b.y_cm - a.y_cm))


def _hidden(canvas: Canvas, ways: Array, reached: Cells) -> Array:
    """Cells that one can reach, off the ways, on dry ground, beside or in cover."""
    return reached.mask() & grown(canvas.cover) & ~grown(ways) & ~canvas.wet


def _some(canvas: Canvas, cells: Array, count: int, made: list[Spawn], stream: Stream) -> list[tuple[int, int]]:
    """The middles of so many of the cells (fewer where it gets crowded), apart from each other and from all spawns."""
    cell = canvas.rules.cell_cm
    where = np.flatnonzero(cells)
    taken = [(spawn.at.x_cm, spawn.at.y_cm) for spawn in made]
    begin = len(taken)
    for _ in range(count * _TRIES if len(where) else 0):
        row, column = divmod(int(where[stream.below(len(where))]), canvas.columns)
        x, y = column * cell + cell // 2, row * cell + cell // 2
        if all(abs(x - a) + abs(y - b) >= canvas.rules.spawns_apart_cm for a, b in taken):
            taken.append((x, y))
        if len(taken) - begin == count:
            break
    return taken[begin:]

"""Where ways may bend: a lattice of points, moved at random, on which gates and points of interest lie, too."""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.layouts import OUTSIDE, LocalId, Opening, Spot
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.layout import GROUND, PointOfInterest
from bodybroker.kernel.random import Stream


@dataclass
class Bends:
    """Nodes by number: a lattice of `across` x `up`, then the gates. `x`, `y` in cm; who lies on which node."""

    across: int
    up: int
    x: Array
    y: Array
    gates: dict[int, Opening]
    points: dict[int, PointOfInterest]

    def owner(self, node: int) -> LocalId | None:
        """The gate or point of interest that lies there."""
        if node in self.gates:
            return self.gates[node].id
        return self.points[node].id if node in self.points else None


def lattice(canvas: Canvas) -> Bends:
    """The bends of a ground, without gates and points of interest."""
    network, rules = canvas.ground.network, canvas.rules
    step = max(network.bend_cm, isqrt(canvas.width_cm * canvas.depth_cm // rules.most_bends))
    across, up = max(3, canvas.width_cm // step), max(3, canvas.depth_cm // step)
    jitter = noise.scatter(noise.key(canvas.seed, "bends"), across, up)

    def along(count: int, length: int, moved: Array, axis: int) -> Array:
        middle = (2 * np.arange(count) + 1) * length // (2 * count)
        middle = middle[:, None] if axis == 0 else middle[None, :]
        return middle + (moved - 32768) * (length // count * network.jitter_per_mille // 1000) // 32768

    x = along(across, canvas.width_cm, jitter & 0xFFFF, 1)
    y = along(up, canvas.depth_cm, jitter >> 16 & 0xFFFF, 0)
    return Bends(across, up, x.ravel(), y.ravel(), {}, {})


def open_gates(canvas: Canvas, bends: Bends, stream: Stream) -> None:
    """Gates on dry spots of the edge, as far from each other as can be; the last is the gap, where there is one."""
    rules = canvas.ground.gates
    kinds = [rules.kind] * rules.count.draw(stream) + ([rules.gap] if rules.gap else [])
    spots = _edge(canvas)
    wet = canvas.wet[cell_of(canvas, spots)]
    chosen = _apart(spots, np.where(wet, 0, 1), len(kinds), stream)
    for number, (kind, i) in enumerate(zip(kinds, chosen, strict=True), 1):
        x, y = int(spots[0][i]), int(spots[1][i])
        yaw = 0 if x == 0 else 180 if x == canvas.width_cm else 90 if y == 0 else 270
        width = rules.width_cm if kind == rules.kind else rules.gap_width_cm
        node = len(bends.x)
        bends.x, bends.y = np.append(bends.x, x), np.append(bends.y, y)
        bends.gates[node] = Opening(
            id=f"g{number}",
            kind=kind,
            joins=(GROUND, OUTSIDE),
            at=Spot(x, y, yaw),
            width_cm=width.draw(stream),
            sight=True,
        )


def _edge(canvas: Canvas) -> tuple[Array, Array]:
    """Spots along the four edges, in the middle of cells, none in the corners."""
    width, depth = canvas.width_cm, canvas.depth_cm
    cell = canvas.rules.cell_cm
    wide, deep = (
        (np.arange(count // 8, count - count // 8, 3) * cell + cell // 2) for count in (canvas.columns, canvas.rows)
    )
    x = np.concatenate([wide, wide, np.zeros_like(deep), np.full_like(deep, width)])
    y = np.concatenate([np.zeros_like(wide), np.full_like(wide, depth), deep, deep])
    return x, y


def cell_of(canvas: Canvas, spots: tuple[Array, Array]) -> tuple[Array, Array]:
    """Rows and columns of spots, given as their x and y in cm."""
    cell = canvas.rules.cell_cm
    return np.minimum(spots[1] // cell, canvas.rows - 1), np.minimum(spots[0] // cell, canvas.columns - 1)


def distance(spots: tuple[Array, Array], x: int, y: int) -> Array:
    """About how far in cm: never more than an eighth off."""
    dx, dy = np.abs(spots[0] - x), np.abs(spots[1] - y)
    return np.maximum(dx, dy) + 3 * np.minimum(dx, dy) // 8


def _apart(spots: tuple[Array, Array], score: Array, count: int, stream: Stream) -> list[int]:
    """So many of the spots with the highest score, each far from those before; the first is a matter of chance."""
    best = np.flatnonzero(score == score.max())
    chosen = [int(best[stream.below(len(best))])]
    near = np.full(len(score), 1 << 40)
    while len(chosen) < count:
        near = np.minimum(near, distance(spots, int(spots[0][chosen[-1]]), int(spots[1][chosen[-1]])))
        reach = np.where(score == score.max(), near, -1)
        far = np.flatnonzero(reach * 4 >= reach.max() * 3)
        chosen.append(int(far[stream.below(len(far))]))
    return chosen

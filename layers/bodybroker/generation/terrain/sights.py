"""Who sees whom from where, at night: straight lines over hills and past what stands in between."""

from itertools import combinations
from math import isqrt

import numpy as np

from bodybroker.generation.terrain.bends import Bends
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.layout import SightLine

_SAMPLES = 48


def lines(canvas: Canvas, bends: Bends) -> tuple[SightLine, ...]:
    """The pairs of gates and points of interest that see each other, the nearest first."""
    ends = [(thing.id, thing.at) for group in (bends.gates, bends.points) for thing in group.values()]
    pairs = list(combinations(range(len(ends)), 2))
    x, y = (np.array(values)[np.array(pairs).T] for values in zip(*((at.x_cm, at.y_cm) for _, at in ends), strict=True))
    square = (x[0] - x[1]) ** 2 + (y[0] - y[1]) ** 2
    near = np.flatnonzero(square <= canvas.rules.sight_cm**2)
    seen = near[_clear(canvas, x[:, near], y[:, near])].tolist()
    found = sorted((isqrt(int(square[i])), pairs[i]) for i in seen)
    return tuple(SightLine((ends[a][0], ends[b][0]), distance) for distance, (a, b) in found)


def _clear(canvas: Canvas, x: Array, y: Array) -> Array:
    """Whether nothing rises above the line from eye to eye, for pairs of spots."""
    cell, t = canvas.rules.cell_cm, np.arange(_SAMPLES)
    along = [values[0][:, None] * (_SAMPLES - 1 - t) + values[1][:, None] * t for values in (x, y)]
    columns = np.minimum(along[0] // ((_SAMPLES - 1) * cell), canvas.columns - 1)
    rows = np.minimum(along[1] // ((_SAMPLES - 1) * cell), canvas.rows - 1)
    ground = canvas.height[rows, columns].astype(np.int64)
    eyes = ground[:, :1] * (_SAMPLES - 1 - t) + ground[:, -1:] * t + canvas.rules.eyes_cm * (_SAMPLES - 1)
    return ((ground + canvas.tall[rows, columns]) * (_SAMPLES - 1) <= eyes).all(axis=1)

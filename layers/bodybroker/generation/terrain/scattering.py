"""Trees, graves, containers: what is strewn over the ground in numbers, chosen with whole arrays at a time."""

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.ground import noise_of
from bodybroker.generation.terrain.layout import GROUND
from bodybroker.generation.terrain.rules import Scatter

_BITS = 16
_LOW = (1 << _BITS) - 1


def strew(canvas: Canvas) -> None:
    """All that the rules scatter, in their order: what comes first has the better ground."""
    for number, rule in enumerate(canvas.ground.scatter):
        _strew(canvas, rule, f"scatter/{number}")


def _strew(canvas: Canvas, rule: Scatter, name: str) -> None:
    across = max(1, canvas.width_cm // rule.pitch_cm[0])
    up = max(1, canvas.depth_cm // rule.pitch_cm[1])
    luck, place, size = (
        noise.scatter(noise.key(canvas.seed, f"{name}/{part}"), across, up).ravel().astype(np.int64)
        for part in ("luck", "place", "size")
    )
    width, depth, height, yaw = _cut(rule, size)
    x, y = _places(canvas, rule, place, (across, up), (width, depth))
    fits = (luck * 1000 >> 32) < rule.density
    fits &= (x >= 0) & (y >= 0) & (x + width <= canvas.width_cm) & (y + depth <= canvas.depth_cm)
    chosen = np.flatnonzero(fits)
    chosen = chosen[_stands(canvas, rule, name, x[chosen], y[chosen], width[chosen], depth[chosen])]
    if len(chosen) > rule.most:
        chosen = np.sort(chosen[np.argsort(luck[chosen], kind="stable")[: rule.most]])
    values = (column[chosen].tolist() for column in (x, y, width, depth, height, yaw))
    for at_x, at_y, wide, deep, tall, turn in zip(*values, strict=True):
        area = Rectangle(at_x, at_y, wide, deep)
        if not canvas.taken[canvas.cells(area)].any():  # by its neighbour
            canvas.put(rule, area, turn, tall, GROUND)


def _cut(rule: Scatter, draw: Array) -> tuple[Array, Array, Array, Array]:
    """Width, depth, height and yaw of each, as `canvas.cut` draws them for one."""
    sizes = [
        span.low + ((draw >> shift & 0xFF) * (span.high - span.low + 1) >> 8)
        for span, shift in ((rule.width_cm, 0), (rule.depth_cm, 8), (rule.height_cm, 16))
    ]
    turn = draw >> 24
    width, depth, height = sizes
    if rule.turns == "free":
        return width, depth, height, turn * 360 >> 8
    if rule.turns == "aligned":
        return width, depth, height, np.zeros_like(turn)
    turned = turn & 1 == 1
    return np.where(turned, depth, width), np.where(turned, width, depth), height, turned * 90


def _places(
    canvas: Canvas, rule: Scatter, draw: Array, blocks: tuple[int, int], size: tuple[Array, Array]
) -> tuple[Array, Array]:
    """The south-west corner of each: in the middle of its block, moved by its jitter."""
    across, up = blocks
    middle_x = np.tile((2 * np.arange(across) + 1) * canvas.width_cm // (2 * across), up)
    middle_y = np.repeat((2 * np.arange(up) + 1) * canvas.depth_cm // (2 * up), across)
    moved_x = ((draw & _LOW) * (2 * rule.jitter_cm + 1) >> _BITS) - rule.jitter_cm
    moved_y = ((draw >> _BITS) * (2 * rule.jitter_cm + 1) >> _BITS) - rule.jitter_cm
    return middle_x + moved_x - size[0] // 2, middle_y + moved_y - size[1] // 2


def _stands(canvas: Canvas, rule: Scatter, name: str, x: Array, y: Array, width: Array, depth: Array) -> Array:
    """Whether each may stand where it is: on ground that suits it, and in nobody's way."""
    cell = canvas.rules.cell_cm
    west, south, east, north = x // cell, y // cell, (x + width - 1) // cell + 1, (y + depth - 1) // cell + 1
    total = np.zeros((canvas.rows + 1, canvas.columns + 1), np.int32)
    barred = canvas.taken | canvas.free | (canvas.depth > 0)
    np.cumsum(np.cumsum(barred, axis=0, dtype=np.int32), axis=1, out=total[1:, 1:])
    stands = total[north, east] - total[south, east] - total[north, west] + total[south, west] == 0
    at = (y + depth // 2) // cell, (x + width // 2) // cell
    if rule.moisture is not None:
        moisture = canvas.moisture[at]
        stands &= (moisture >= rule.moisture.low) & (moisture <= rule.moisture.high)
    if rule.surfaces:
        letters = [ord(canvas.rules.letters[surface]) for surface in rule.surfaces]
        stands &= np.isin(canvas.surface[at], letters)
    if rule.groves is not None:
        grove = noise_of(canvas.seed, f"{name}/groves", canvas.columns, canvas.rows, rule.groves)
        ranked = np.sort(grove, axis=None)
        least = ranked[(len(ranked) - 1) * (1000 - rule.grove_share) // 1000]
        stands &= grove[at] >= least
    return stands

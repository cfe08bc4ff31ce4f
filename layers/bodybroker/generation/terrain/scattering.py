"""Trees, graves, containers: what is strewn over the ground in numbers, chosen with whole arrays at a time."""

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.layout import GROUND
from bodybroker.generation.terrain.rules import Scatter, Waves

_BITS = 16
_LOW = (1 << _BITS) - 1
_PLOT = 4


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
    _plant(canvas, rule, *(column[chosen].tolist() for column in (x, y, width, depth, height, yaw)))


def _plant(
    canvas: Canvas, rule: Scatter, x: list[int], y: list[int], width: list[int], depth: list[int], *rest: list[int]
) -> None:
    """Each in turn, unless one of its neighbours already stands there."""
    cell, stride = canvas.rules.cell_cm, canvas.columns
    taken: dict[int, int] = {}
    for west, south, wide, deep, height, yaw in zip(x, y, width, depth, *rest, strict=True):
        columns = range(west // cell, (west + wide - 1) // cell + 1)
        cells = [r * stride + c for r in range(south // cell, (south + deep - 1) // cell + 1) for c in columns]
        if taken.keys().isdisjoint(cells):
            taken |= dict.fromkeys(cells, height)
            canvas.add(rule, Rectangle(west, south, wide, deep), yaw, height, GROUND)
    if taken:
        where = np.divmod(np.array(list(taken)), stride)
        canvas.mark(rule, where, np.array(list(taken.values()), np.int32))


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
        stands &= _grove(canvas, rule.groves, rule.grove_share, name)[at[0] // _PLOT, at[1] // _PLOT]
    return stands


def _grove(canvas: Canvas, waves: Waves, share: int, name: str) -> Array:
    """Whether each plot of _PLOT cells a side is among the `share` per mille with the highest noise."""
    columns, rows = -(-canvas.columns // _PLOT), -(-canvas.rows // _PLOT)
    wavelength = max(1, waves.wavelength_cells // _PLOT)
    field = noise.fractal(noise.key(canvas.seed, f"{name}/groves"), columns, rows, wavelength, waves.octaves)
    last = (field.size - 1) * (1000 - share) // 1000
    return field >= np.partition(field, last, axis=None)[last]

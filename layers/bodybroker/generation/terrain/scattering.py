"""Trees, graves, containers: what is strewn over the ground in numbers, chosen with whole arrays at a time."""

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.terrain.canvas import Array, Canvas
from bodybroker.generation.terrain.layout import GROUND
from bodybroker.generation.terrain.rules import Scatter, Waves

_PLOT = 4  # cells along a side of the plots in which groves grow


def strew(canvas: Canvas) -> None:
    """All that the rules scatter, in their order: what comes first has the better ground."""
    kept = canvas.taken | canvas.free
    dry, wet = _summed(kept | canvas.wet), _summed(kept)
    taken: set[int] = set()
    for number, rule in enumerate(canvas.ground.scatter):
        _strew(canvas, rule, f"scatter/{number}", wet if rule.wades else dry, taken)


def _strew(canvas: Canvas, rule: Scatter, name: str, barred: Array, taken: set[int]) -> None:
    across = max(1, canvas.width_cm // rule.pitch_cm[0])
    up = max(1, canvas.depth_cm // rule.pitch_cm[1])
    draws = noise.scatter(noise.key(canvas.seed, name), across, up)
    rows, columns = np.nonzero((draws & 0xFFFF) * 1000 >> 16 < rule.density)
    draw = draws[rows, columns]
    width, depth, height, yaw = _cut(rule, draw >> 16)
    x, y = _places(canvas, rule, draw >> 44, (columns, rows), (across, up))
    x, y = x - width // 2, y - depth // 2
    fits = (x >= 0) & (y >= 0) & (x + width <= canvas.width_cm) & (y + depth <= canvas.depth_cm)
    chosen = np.flatnonzero(fits)
    area = [column[chosen] for column in (x, y, width, depth)]
    chosen = chosen[_is_clear(canvas, barred, *area) & _suits(canvas, rule, name, area[0], area[1])]
    if len(chosen) > rule.most:
        chosen = np.sort(chosen[np.argsort(draw[chosen] & 0xFFFF, kind="stable")[: rule.most]])
    _plant(canvas, rule, taken, *(column[chosen].tolist() for column in (x, y, width, depth, height, yaw)))


def _plant(canvas: Canvas, rule: Scatter, taken: set[int], x: list[int], y: list[int], *rest: list[int]) -> None:
    """Each in turn, unless another one already stands there. `taken` are the cells of all that was strewn before."""
    cell, stride = canvas.rules.cell_cm, canvas.columns
    mine: list[int] = []
    tall: list[int] = []
    for west, south, wide, deep, height, yaw in zip(x, y, *rest, strict=True):
        columns = range(west // cell, (west + wide - 1) // cell + 1)
        cells = [r * stride + c for r in range(south // cell, (south + deep - 1) // cell + 1) for c in columns]
        if taken.isdisjoint(cells):
            taken.update(cells)
            mine += cells
            tall += [height] * len(cells)
            canvas.add(rule, Rectangle(west, south, wide, deep), yaw, height, GROUND)
    if mine:
        canvas.mark(rule, np.divmod(np.array(mine), stride), np.array(tall, np.int32))


def _cut(rule: Scatter, draw: Array) -> tuple[Array, Array, Array, Array]:
    """Width, depth, height and yaw of each, as `canvas.cut` draws them for one: from seven bits each."""
    sizes = [
        span.low + ((draw >> shift & 0x7F) * (span.high - span.low + 1) >> 7)
        for span, shift in ((rule.width_cm, 0), (rule.depth_cm, 7), (rule.height_cm, 14))
    ]
    turn = draw >> 21 & 0x7F
    width, depth, height = sizes
    if rule.turns == "free":
        return width, depth, height, turn * 360 >> 7
    if rule.turns == "aligned":
        return width, depth, height, np.zeros_like(turn)
    turned = turn & 1 == 1
    return np.where(turned, depth, width), np.where(turned, width, depth), height, turned * 90


def _places(
    canvas: Canvas, rule: Scatter, draw: Array, blocks: tuple[Array, Array], count: tuple[int, int]
) -> tuple[Array, Array]:
    """The middle of each: that of its block (column and row), moved by its jitter, from nine bits each way."""
    reach = 2 * rule.jitter_cm + 1
    x, y = (
        (2 * block + 1) * length // (2 * many) + ((draw >> shift & 0x1FF) * reach >> 9) - rule.jitter_cm
        for block, length, many, shift in (
            (blocks[0], canvas.width_cm, count[0], 0),
            (blocks[1], canvas.depth_cm, count[1], 9),
        )
    )
    return x, y


def _summed(cells: Array) -> Array:
    """How many of the cells lie south-west of each corner of a cell."""
    total = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), np.int32)
    np.cumsum(np.cumsum(cells, axis=0, dtype=np.int32), axis=1, out=total[1:, 1:])
    return total


def _is_clear(canvas: Canvas, barred: Array, x: Array, y: Array, width: Array, depth: Array) -> Array:
    """Whether each area touches no barred cell; `barred` is their sum."""
    cell = canvas.rules.cell_cm
    west, south, east, north = x // cell, y // cell, (x + width - 1) // cell + 1, (y + depth - 1) // cell + 1
    clear: Array = barred[north, east] - barred[south, east] - barred[north, west] + barred[south, west] == 0
    return clear


def _suits(canvas: Canvas, rule: Scatter, name: str, x: Array, y: Array) -> Array:
    """Whether the ground suits what would stand on each spot."""
    at = y // canvas.rules.cell_cm, x // canvas.rules.cell_cm
    stands = np.ones(len(x), np.bool_)
    if rule.moisture is not None:
        moisture = canvas.moisture[at]
        stands &= (moisture >= rule.moisture.low) & (moisture <= rule.moisture.high)
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

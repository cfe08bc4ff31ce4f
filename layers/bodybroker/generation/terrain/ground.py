"""The lie of the land: hills, damp, and a course of water, as fields per cell."""

import numpy as np

from bodybroker.generation import noise
from bodybroker.generation.parameters import Share
from bodybroker.generation.terrain.canvas import Array, Canvas, grown
from bodybroker.generation.terrain.rules import DEEP, PLANKS, SHALLOW, Ground, TerrainRules, Water, Waves
from bodybroker.kernel.random import Stream

_FULL = 1000  # per mille
_PEAK = noise.ONE * 5 // 8  # octaves seldom add up to more


def shaped(seed: int, rules: TerrainRules, ground: Ground, columns: int, rows: int, stream: Stream) -> Canvas:
    """Bare ground."""
    relief = ground.relief
    hills = rising(noise_of(seed, "height", columns, rows, relief))
    height = hills * relief.height_cm // _FULL
    moisture = rising(noise_of(seed, "damp", columns, rows, ground.damp))
    moisture = (3 * moisture + _FULL - hills) // 4
    depth = np.zeros((rows, columns), np.int32)
    water = ground.water
    if water is not None and stream.chance(water.chance):
        away, width = _course(seed, water, columns, rows, rules.cell_cm, stream)
        depth = np.clip((width - away) * 2 * water.depth_cm // width, 0, water.depth_cm)
        bank = np.clip(away - width, 0, water.bank_cm) * _FULL // water.bank_cm  # per mille of the way up
        height = height * bank // _FULL - np.where(away < width, water.depth_cm, 0)
        moisture = np.maximum(moisture, _FULL - bank * 2 // 5)
        depth = np.where((depth > 0) & (width - away <= water.shallows_cm), np.minimum(depth, rules.wading_cm), depth)
    height -= height.min()
    return Canvas(seed, rules, ground, columns, rows, height, np.clip(moisture, 0, _FULL), depth)


def noise_of(seed: int, name: str, columns: int, rows: int, waves: Waves) -> Array:
    """The field `name` of a ground, in [-noise.ONE, noise.ONE]."""
    return noise.fractal(noise.key(seed, name), columns, rows, waves.wavelength_cells, waves.octaves)


def rising(field: Array) -> Array:
    """Noise as per mille from its lowest to its highest."""
    return np.clip((field + _PEAK) * _FULL // (2 * _PEAK), 0, _FULL)


def _course(seed: int, water: Water, columns: int, rows: int, cell_cm: int, stream: Stream) -> tuple[Array, Array]:
    """How far each cell is from the middle of the water, and half the water's width there, in cm."""
    northward = bool(stream.below(2))
    along, across = (rows, columns) if northward else (columns, rows)
    span = across * cell_cm
    sway, swell = (
        noise.fractal(noise.key(seed, name), along, 1, max(4, along // waves), 2)[0].astype(np.int64)
        for name, waves in (("course", 2), ("swell", 4))
    )
    begin, end = (span * water.ends.draw(stream) // _FULL for _ in range(2))
    middle = begin + (end - begin) * np.arange(along) // along
    middle += sway * (span * water.sway_per_mille // (2 * _FULL)) // noise.ONE
    half = np.maximum(cell_cm, water.width_cm.draw(stream) * (4 * noise.ONE + swell) // (8 * noise.ONE))
    away = np.abs((np.arange(across) * cell_cm + cell_cm // 2)[None, :] - middle[:, None])
    # Across a course that runs aslant, the shortest way is not the one along the row.
    slant = np.abs(np.diff(middle, append=2 * middle[-1] - middle[-2]))
    away = away * cell_cm // (np.maximum(slant, cell_cm) + 3 * np.minimum(slant, cell_cm) // 8)[:, None]
    half = np.broadcast_to(half[:, None], away.shape)
    return (away, half) if northward else (away.T, half.T)


def surfaced(canvas: Canvas, main: Array, side: Array) -> None:
    """What each cell's surface is: a way, planks over water, water, or what its height and moisture make of it.

    `main` and `side` are the cells through which ways run. Planks are three cells wide, so that none hangs by a corner.
    """
    rules, ground = canvas.rules, canvas.ground
    letters = {name: ord(letter) for name, letter in rules.letters.items()}
    relief = canvas.height * _FULL // max(1, int(canvas.height.max()))
    surface = canvas.surface
    surface[:] = letters[ground.bands[-1].surface]
    for band in reversed(ground.bands[:-1]):
        surface[_within(relief, band.height) & _within(canvas.moisture, band.moisture)] = letters[band.surface]
    broad = grown(main) if ground.network.main_width_cm.low >= 3 * rules.cell_cm else main
    for mask, name in ((side, ground.network.side), (broad, ground.network.main)):
        surface[mask] = letters[name]
    deep = canvas.depth > rules.wading_cm
    surface[canvas.wet] = letters[SHALLOW]
    surface[deep] = letters[DEEP]
    surface[deep & grown(side | main)] = letters[PLANKS]


def _within(values: Array, share: Share | None) -> Array:
    if share is None:
        return np.ones(values.shape, np.bool_)
    return (values >= share.low) & (values <= share.high)

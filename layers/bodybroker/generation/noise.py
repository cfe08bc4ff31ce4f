"""Smooth noise in whole numbers: the same bytes on every machine, which C libraries that compute in floats do not give.

Gradient noise (Perlin, "Improving noise", SIGGRAPH 2002) on a regular grid. Between two lattice rows it is a sum of
four products, each of something that depends on the column and something that depends on the row: so all the
work per corner happens on single rows, and each octave of the grid costs a few array operations.

Where values are fixed-point, their names or comments say how many bits follow the point.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

Array = Any
"""A numpy array of whole numbers."""

ONE = 1 << 14
"""Noise lies in [-ONE, ONE]."""

LARGEST = 4096
"""The most samples that a grid has along one side."""
MOST_OCTAVES = 12

_RADIUS = 65  # so many whole-numbered vectors have this length that gradients point in 36 directions
_CELL_BITS = 16
_STEP_BITS = 12
_SLOPE_BITS = 8
_WEIGHT_BITS = 14
_UNIT = 1 << _STEP_BITS
_FULL = 1 << _WEIGHT_BITS
_DOWN = _STEP_BITS - _SLOPE_BITS
_AT_ONCE = 1 << 14  # samples in 64 KiB: they stay in the cache, and the allocator keeps such arrays at hand
_PEAK = 46341  # sqrt(2) in 1/2**15: gradient noise of unit gradients peaks at sqrt(1/2)


def key(seed: int, name: str) -> int:
    """What tells one field of `seed` from another: 64 bits."""
    return int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "big")


def fractal(field: int, columns: int, rows: int, wavelength: int, octaves: int) -> Array:
    """int32 of shape (rows, columns) in [-ONE, ONE]: octaves of half the wavelength and half the height each.

    `field` is a `key`; `wavelength` is that of the first octave, in samples. Raises ValueError with every fault.
    """
    _check(field, columns, rows, wavelength, octaves)
    lattices = [_lattice(field + octave, columns, rows, wavelength, octave) for octave in range(octaves)]
    reach = 2 * ONE - (ONE >> (octaves - 1))  # the sum of all octaves' heights, 14 bits
    gain = (_PEAK << 13) // reach  # 14 bits: brings that sum's peak to one
    made = np.empty((rows, columns), np.int32)
    several = max(1, _AT_ONCE // columns)
    for begin in range(0, rows, several):
        part = slice(begin, begin + several)
        total = _blend(lattices[0], part)
        for octave in range(1, octaves):
            total += _blend(lattices[octave], part) >> octave
        total >>= _WEIGHT_BITS  # now _SLOPE_BITS, and still as long as a gradient
        total *= gain // _RADIUS
        total >>= _SLOPE_BITS
        np.clip(total, -ONE, ONE, out=made[part])
    return made


def scatter(field: int, columns: int, rows: int) -> Array:
    """int64 of shape (rows, columns): a hash of each cell, evenly spread over all 63-bit numbers."""
    _check(field, columns, rows, 1, 1)
    return (_hash(field, np.arange(rows)[:, None], np.arange(columns)) >> np.uint64(1)).astype(np.int64)


def _check(field: int, columns: int, rows: int, wavelength: int, octaves: int) -> None:
    limits = (
        ("field", field, 0, 2**64 - 1),
        ("columns", columns, 1, LARGEST),
        ("rows", rows, 1, LARGEST),
        ("wavelength", wavelength, 1, LARGEST),
        ("octaves", octaves, 1, MOST_OCTAVES),
    )
    faults = [f"{name} must lie in {low}..{high}, got {n}" for name, n, low, high in limits if not low <= n <= high]
    if faults:
        raise ValueError("; ".join(faults))


@dataclass(frozen=True)
class Lattice:
    """One octave. Per lattice row and column of samples: what the gradients' x adds, and their blended y.

    Both have _SLOPE_BITS and are not yet divided by the gradients' length. Per row of samples: the lattice row below,
    and as columns of one number each what the rows below and above count, and their slopes, with _WEIGHT_BITS.
    """

    flat: Array
    steep: Array
    row: Array
    weights: tuple[Array, Array]
    lifts: tuple[Array, Array]


def _lattice(field: int, columns: int, rows: int, wavelength: int, octave: int) -> Lattice:
    along, up = _axis(columns, wavelength, octave), _axis(rows, wavelength, octave)
    pick = _hash(field, np.arange(int(up.cell[-1]) + 2)[:, None], np.arange(int(along.cell[-1]) + 2))
    directions = _directions()
    pick = ((pick >> np.uint64(32)) * np.uint64(directions.shape[1])) >> np.uint64(32)
    gradients = directions.take(pick.astype(np.intp), axis=1)
    (near_x, near_y), (far_x, far_y) = gradients.take(along.cell, axis=2), gradients.take(along.cell + 1, axis=2)
    flat = along.near * ((near_x * along.step) >> _DOWN) + along.far * ((far_x * (along.step - _UNIT)) >> _DOWN)
    steep = (along.near * near_y + along.far * far_y) << _SLOPE_BITS
    return Lattice(
        flat=(flat >> _WEIGHT_BITS).astype(np.int32),
        steep=(steep >> _WEIGHT_BITS).astype(np.int32),
        row=up.cell,
        weights=up.weights,
        lifts=up.lifts,
    )


def _blend(lattice: Lattice, part: slice) -> Array:
    """Some rows of samples, between the lattice rows below and above them; _SLOPE_BITS + _WEIGHT_BITS."""
    row = lattice.row[part]
    total = lattice.flat.take(row, axis=0)
    total *= lattice.weights[0][part]
    for field, at, factor in (
        (lattice.steep, row, lattice.lifts[0]),
        (lattice.flat, row + 1, lattice.weights[1]),
        (lattice.steep, row + 1, lattice.lifts[1]),
    ):
        term = field.take(at, axis=0)
        term *= factor[part]
        total += term
    return total


@dataclass(frozen=True)
class Axis:
    """Per sample along one side: its lattice cell, how far into it (_STEP_BITS), what the near and the far corner count
    (_WEIGHT_BITS); and for samples that are rows, the columns of numbers that `Lattice` explains."""

    cell: Array
    step: Array
    near: Array
    far: Array
    weights: tuple[Array, Array]
    lifts: tuple[Array, Array]


@lru_cache(maxsize=64)
def _axis(samples: int, wavelength: int, octave: int) -> Axis:
    """Kept, because grounds are mostly of one size: half the work of a small field."""
    at = (np.arange(samples, dtype=np.int64) << (_CELL_BITS + octave)) // wavelength
    step = (at >> (_CELL_BITS - _STEP_BITS)) & (_UNIT - 1)
    # 6t^5 - 15t^4 + 10t^3, whose slope and bend vanish at both ends
    inner = ((((6 * step - 15 * _UNIT) * step) >> _STEP_BITS) + 10 * _UNIT) * step >> _STEP_BITS
    far = ((inner * step >> _STEP_BITS) * step) >> (2 * _STEP_BITS - _WEIGHT_BITS)
    near = _FULL - far
    lifts = (near * step) >> _STEP_BITS, (far * (step - _UNIT)) >> _STEP_BITS
    columns = [values.astype(np.int32)[:, None] for values in (near, far, *lifts)]
    made = Axis(at >> _CELL_BITS, step, near, far, (columns[0], columns[1]), (columns[2], columns[3]))
    for values in (made.cell, step, near, far, *columns):
        values.setflags(write=False)
    return made


@cache
def _directions() -> Array:
    """Whole-numbered vectors of equal length, all around: int64 of shape (2, count)."""
    side = range(-_RADIUS, _RADIUS + 1)
    found = [(x, y) for x in side for y in side if x * x + y * y == _RADIUS * _RADIUS]
    made = np.array(found, np.int64).T
    made.setflags(write=False)
    return made


def _hash(field: int, row: Array, column: Array) -> Array:
    """uint64 of each (row, column): the finalizer of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) over their mix."""
    mixed = row.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64)
    mixed = mixed * np.uint64(0xD1B54A32D192ED03) + np.uint64(field & (2**64 - 1))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

"""Who can walk where: a flood over the ground's free cells.

Each row of cells is one whole number, a bit per cell, west at the lowest bit: so a flood fills a stretch of a row in a
few operations. Cells are CELL_CM wide, as in buildings.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bodybroker.generation.layouts import CELL_CM, Prop, Spot
from bodybroker.generation.terrain.canvas import Array
from bodybroker.generation.terrain.layout import TerrainLayout

_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class Cells:
    """A set of cells: per row from the south, a number with a bit for each cell that belongs to it."""

    cell_cm: int
    columns: int
    rows: list[int]

    def __contains__(self, at: Spot) -> bool:
        row, bit = self.find(at)
        return bool(self.rows[row] & bit)

    def find(self, at: Spot) -> tuple[int, int]:
        """A spot's row and bit; the far edges of the ground belong to its last cells."""
        return min(at.y_cm // self.cell_cm, len(self.rows) - 1), 1 << min(at.x_cm // self.cell_cm, self.columns - 1)

    def mask(self) -> Array:
        """The same as an array of truths, of shape (rows, columns)."""
        size = (self.columns + 7) // 8
        raw = np.frombuffer(b"".join(row.to_bytes(size, "little") for row in self.rows), np.uint8)
        bits = np.unpackbits(raw.reshape(len(self.rows), size), axis=1, bitorder="little")
        return bits[:, : self.columns].astype(np.bool_)


def faults(layout: TerrainLayout) -> tuple[str, ...]:
    """What one cannot walk to from some gate; empty when everything can be reached from everywhere."""
    if not layout.gates:
        return ("there is no gate",)
    first, *_ = layout.gates
    reached = flood(floor(layout), first.at)
    ends = [(thing.id, thing.at) for group in (layout.gates, layout.points, layout.spawns) for thing in group]
    return tuple(f"{name} cannot be reached from {first.id}" for name, at in ends if at not in reached)


def floor(layout: TerrainLayout) -> Cells:
    """The cells of CELL_CM on which one can walk."""
    barred = [ord(letter) for letter, surface in layout.legend.items() if surface in layout.impassable]
    surface = np.frombuffer("".join(layout.surface).encode("ascii"), np.uint8).reshape(layout.rows, layout.columns)
    return walkable(np.isin(surface, barred, invert=True), layout.cell_cm, layout.props)


def walkable(passable: Array, cell_cm: int, props: Iterable[Prop]) -> Cells:
    """The free cells: ground that is `passable` (one truth per `cell_cm`) and that no prop blocks."""
    fine = cell_cm // CELL_CM
    free = passable.repeat(fine, axis=0).repeat(fine, axis=1)
    for prop in props:
        if prop.blocks:
            area = prop.area
            last_x, last_y = area.x_cm + area.width_cm - 1, area.y_cm + area.depth_cm - 1
            free[area.y_cm // CELL_CM : last_y // CELL_CM + 1, area.x_cm // CELL_CM : last_x // CELL_CM + 1] = False
    return cells(free, CELL_CM)


def cells(mask: Array, cell_cm: int) -> Cells:
    """The cells for which `mask` holds a truth."""
    packed = np.packbits(mask, axis=1, bitorder="little")
    return Cells(cell_cm, mask.shape[1], [int.from_bytes(row.tobytes(), "little") for row in packed])


def flood(free: Cells, start: Spot) -> Cells:
    """The cells of `free` that one can walk to from `start`, side by side, never through a corner."""
    size = (free.columns + 7) // 8
    rows = free.rows
    mirrored = [_mirror(row, size) for row in rows]
    reached = [0] * len(rows)
    row, bit = free.find(start)
    waiting = {row: rows[row] & bit}
    while waiting:
        row, seeds = waiting.popitem()
        filled = _spread(rows[row], seeds)
        filled |= _mirror(_spread(mirrored[row], _mirror(filled, size)), size)
        filled |= reached[row]
        if filled == reached[row]:
            continue
        reached[row] = filled
        for near in (row - 1, row + 1):
            if 0 <= near < len(rows) and (fresh := filled & rows[near] & ~reached[near]):
                waiting[near] = waiting.get(near, 0) | fresh
    return Cells(free.cell_cm, free.columns, reached)


def _spread(free: int, seeds: int) -> int:
    """The cells to the east of each seed up to the first that is not free: along them runs the carry of an addition."""
    return (free & ~(free + seeds)) | seeds


def _mirror(row: int, size: int) -> int:
    return int.from_bytes(row.to_bytes(size, "little").translate(_MIRRORED), "big")

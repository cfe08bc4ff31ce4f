"""A layout as the grid on which props are put: which cells are free, which must stay so, where an entity's props go.

Cells are CELL_CM wide and numbered row by row from the south-west corner.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from bodybroker.generation.buildings import navigation
from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.drafts import AnyLayout
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM, LocalId, Prop, Spot
from bodybroker.generation.street import StreetLayout
from bodybroker.generation.terrain import reach
from bodybroker.generation.terrain.layout import TerrainLayout


@dataclass
class Ground:
    """The grid of a layout; `free` holds a one for every cell where one can walk."""

    columns: int
    rows: int
    free: bytearray
    is_indoors: bool = False
    areas: dict[LocalId, Rectangle] = field(default_factory=dict)
    """Where the props of a room or a point of interest may go: a rectangle in cells, not cm."""
    kept: set[int] = field(default_factory=set)
    """Cells on which nothing may stand: gates, doorways, spots of spawns, keys."""
    taken: set[int] = field(default_factory=set)
    """Cells on which a prop lies that does not block the way."""

    def cells(self, area: Rectangle) -> Iterator[int]:
        """The cells that a rectangle in cm touches, inside the grid."""
        for row in _span(area.y_cm, area.depth_cm, self.rows):
            for column in _span(area.x_cm, area.width_cm, self.columns):
                yield row * self.columns + column

    def cell(self, spot: Spot) -> int:
        """The cell of a spot; spots on the outer edge belong to the last cell."""
        column = min(max(spot.x_cm // CELL_CM, 0), self.columns - 1)
        return min(max(spot.y_cm // CELL_CM, 0), self.rows - 1) * self.columns + column

    def holds(self, area: Rectangle) -> bool:
        """Whether a rectangle in cm lies inside the grid."""
        return (
            area.x_cm >= 0
            and area.y_cm >= 0
            and area.x_cm + area.width_cm <= self.columns * CELL_CM
            and area.y_cm + area.depth_cm <= self.rows * CELL_CM
        )

    def block(self, props: Iterable[Prop]) -> None:
        """Take the cells of what stands or lies there."""
        for prop in props:
            for cell in self.cells(prop.area):
                if prop.blocks:
                    self.free[cell] = 0
                else:
                    self.taken.add(cell)

    def keep(self, spots: Iterable[Spot]) -> None:
        """Keep the cells of these spots free."""
        self.kept.update(self.cell(spot) for spot in spots)

    def neighbours(self, cell: int) -> Iterator[int]:
        """The cells beside it, in the four directions."""
        column = cell % self.columns
        if column:
            yield cell - 1
        if column < self.columns - 1:
            yield cell + 1
        if cell >= self.columns:
            yield cell - self.columns
        if cell < self.columns * (self.rows - 1):
            yield cell + self.columns


def of(layout: AnyLayout, reach_cm: int) -> Ground:
    """The grid of any layout; `reach_cm` is how far around a point of interest its props may stand."""
    if isinstance(layout, BuildingLayout):
        ground = _building(layout)
    elif isinstance(layout, TerrainLayout):
        ground = _terrain(layout)
    else:
        ground = _street(layout)
    if not isinstance(layout, BuildingLayout):
        ground.keep(gate.at if not isinstance(gate, Spot) else gate for gate in layout.gates)
        ground.keep(point.at for point in layout.points)
        for point in layout.points:
            ground.areas[point.id] = _around(point.at, reach_cm // CELL_CM, ground)
    ground.block(prop for prop in layout.props if not prop.blocks)
    ground.keep(spawn.at for spawn in layout.spawns)
    return ground


def rows(ground: Ground) -> list[int]:
    """The free cells as `buildings.navigation` reads them: an integer per row, a bit per cell, west at the lowest."""
    free = np.frombuffer(ground.free, np.uint8).reshape(ground.rows, ground.columns)
    packed = np.packbits(free, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _building(layout: BuildingLayout) -> Ground:
    ground = _grid(layout.width_cm // CELL_CM, navigation.free(layout).rows)
    ground.is_indoors = True
    ground.keep(key.at for key in layout.keys)
    for space in layout.spaces:
        area = space.area
        west, south = -(-area.x_cm // CELL_CM), -(-area.y_cm // CELL_CM)
        east, north = (area.x_cm + area.width_cm) // CELL_CM, (area.y_cm + area.depth_cm) // CELL_CM
        ground.areas[space.id] = Rectangle(west, south, east - west, north - south)
    for opening in layout.openings:
        doorway = set(ground.cells(navigation.area_of(opening)))
        ground.kept |= doorway | {beside for cell in doorway for beside in ground.neighbours(cell)}
    return ground


def _terrain(layout: TerrainLayout) -> Ground:
    barred = [ord(letter) for letter, surface in layout.legend.items() if surface in layout.impassable]
    surface = np.frombuffer("".join(layout.surface).encode("ascii"), np.uint8).reshape(layout.rows, layout.columns)
    cells = reach.walkable(np.isin(surface, barred, invert=True), layout.cell_cm, layout.props)
    return _grid(cells.columns, cells.rows)


def _street(layout: StreetLayout) -> Ground:
    columns, rows = layout.width_cm // CELL_CM, layout.depth_cm // CELL_CM
    ground = Ground(columns, rows, bytearray(b"\1") * (columns * rows))
    ground.block(prop for prop in layout.props if prop.blocks)
    return ground


def _grid(columns: int, rows: Sequence[int]) -> Ground:
    """From rows with a bit for each free cell, west at the lowest."""
    size = -(-columns // 8)
    packed = np.frombuffer(b"".join(row.to_bytes(size, "little") for row in rows), np.uint8).reshape(-1, size)
    free = np.unpackbits(packed, axis=1, bitorder="little")[:, :columns]
    return Ground(columns, len(rows), bytearray(free.tobytes()))


def _around(at: Spot, cells: int, ground: Ground) -> Rectangle:
    """The square that reaches so many cells around a spot, within the grid."""
    column, row = at.x_cm // CELL_CM, at.y_cm // CELL_CM
    west, south = max(0, column - cells), max(0, row - cells)
    return Rectangle(
        west, south, min(ground.columns, column + cells + 1) - west, min(ground.rows, row + cells + 1) - south
    )


def _span(start_cm: int, length_cm: int, limit: int) -> range:
    return range(max(0, start_cm // CELL_CM), min(limit, -(-(start_cm + length_cm) // CELL_CM)))

"""A layout as the grid on which props are put: which cells are free, which must stay so, where an entity's props go.

Cells are numbered row by row from the south-west corner. Those of one zone are the free cells of one room, or of the
whole of an open ground; no prop may cut a zone in two.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bodybroker.generation.drafts import AnyLayout
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import LocalId, Prop, Spot

WALL = 0
"""The zone of cells where nobody walks."""

OPEN = 1
"""The zone of open ground."""


@dataclass
class Ground:
    """The grid of a layout; `zones` holds the zone of every cell, WALL where nobody walks."""

    columns: int
    rows: int
    cell_cm: int
    zones: "array[int]"
    areas: dict[LocalId, Rectangle] = field(default_factory=dict)
    """Where the props of a room or a point of interest may go: a rectangle in cells, not cm."""
    kept: set[int] = field(default_factory=set)
    """Cells on which nothing may stand: gates, doorways, spots of spawns, keys."""
    taken: set[int] = field(default_factory=set)
    """Cells on which a prop lies that does not block the way."""

    def cells(self, area: Rectangle) -> Iterator[int]:
        """The cells of a rectangle in cm that it touches, inside the grid."""
        for row in self._span(area.y_cm, area.depth_cm, self.rows):
            for column in self._span(area.x_cm, area.width_cm, self.columns):
                yield row * self.columns + column

    def _span(self, start_cm: int, length_cm: int, limit: int) -> range:
        first, end = start_cm // self.cell_cm, -(-(start_cm + length_cm) // self.cell_cm)
        return range(max(0, first), min(limit, end))

    def cell(self, spot: Spot) -> int:
        """The cell of a spot; spots on the outer edge belong to the last cell."""
        column = min(max(spot.x_cm // self.cell_cm, 0), self.columns - 1)
        return min(max(spot.y_cm // self.cell_cm, 0), self.rows - 1) * self.columns + column

    def holds(self, area: Rectangle) -> bool:
        """Whether a rectangle in cm lies inside the grid."""
        return (
            area.x_cm >= 0
            and area.y_cm >= 0
            and area.x_cm + area.width_cm <= self.columns * self.cell_cm
            and area.y_cm + area.depth_cm <= self.rows * self.cell_cm
        )

    def block(self, props: Iterable[Prop]) -> None:
        """Make the footprints of what stands there impassable."""
        for prop in props:
            for cell in self.cells(prop.area):
                if prop.blocks:
                    self.zones[cell] = WALL
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
    return _open_ground(layout, reach_cm)


def _open_ground(layout: AnyLayout, reach_cm: int) -> Ground:
    columns, rows = layout.width_cm // layout.cell_cm, layout.depth_cm // layout.cell_cm
    ground = Ground(columns, rows, layout.cell_cm, array("H", [OPEN]) * (columns * rows))
    ground.block(layout.props)
    ground.keep(layout.gates)
    ground.keep(spawn.at for spawn in layout.spawns)
    ground.keep(point.at for point in layout.points)
    reach = reach_cm // layout.cell_cm
    for point in layout.points:
        column, row = point.at.x_cm // layout.cell_cm, point.at.y_cm // layout.cell_cm
        west, south = max(0, column - reach), max(0, row - reach)
        east, north = min(columns, column + reach + 1), min(rows, row + reach + 1)
        ground.areas[point.id] = Rectangle(west, south, east - west, north - south)
    return ground

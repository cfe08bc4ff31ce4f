"""Where one can walk: free cells of a building, and what of them is reached. One integer per row, bit x for cell x."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM, OUTSIDE, LocalId, Opening, Prop, Spot

Rows = list[int]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a building where one can walk; `rows` lie from south to north."""

    width: int
    rows: Rows

    def is_free(self, at: Spot) -> bool:
        """Whether one can stand there."""
        return covers(self.rows, at)

    def without(self, areas: Iterable[Rectangle]) -> "Grid":
        """The same with these areas blocked."""
        rows = list(self.rows)
        for area in areas:
            mask, lines = _mask(area)
            for y in lines:
                if 0 <= y < len(rows):
                    rows[y] &= ~mask
        return Grid(self.width, rows)

    def opened(self, areas: Iterable[Rectangle]) -> "Grid":
        """The same with these areas free."""
        rows = list(self.rows)
        for area in areas:
            mask, lines = _mask(area)
            for y in lines:
                rows[y] |= mask
        return Grid(self.width, rows)

    def flood(self, starts: Iterable[Spot]) -> Rows:
        """Every cell that one reaches on foot from the starts, through the sides of cells."""
        rows = self.rows
        reached = [0] * len(rows)
        waiting: dict[int, int] = {}
        for at in starts:
            if self.is_free(at):
                y = at.y_cm // CELL_CM
                waiting[y] = waiting.get(y, 0) | 1 << at.x_cm // CELL_CM
        while waiting:
            y, seeds = waiting.popitem()
            new = _spread(seeds, rows[y] & ~reached[y], self.width)
            if not new:
                continue
            reached[y] |= new
            for beside in (y - 1, y + 1):
                if 0 <= beside < len(rows):
                    onward = new & rows[beside] & ~reached[beside]
                    if onward:
                        waiting[beside] = waiting.get(beside, 0) | onward
        return reached


def free(layout: BuildingLayout, keys: Iterable[LocalId] | None = None) -> Grid:
    """The cells where one can walk who holds `keys` (None: all of them). A door that opens from one side is shut.

    Free are the floors of the spaces and the cells of passable openings, less all that a blocking prop touches.
    """
    held = {key.id for key in layout.keys} if keys is None else set(keys)
    walls = Grid(layout.width_cm // CELL_CM, [0] * (layout.depth_cm // CELL_CM))
    doors = [area_of(opening) for opening in layout.openings if _is_open(opening, held)]
    floor = walls.opened([space.area for space in layout.spaces]).opened(doors)
    return floor.without(prop.area for prop in layout.props if prop.blocks)


def unlocked(grid: Grid, layout: BuildingLayout, keys: Iterable[LocalId]) -> Grid:
    """The grid of who holds no key (`free(layout, ())`), once they hold `keys`."""
    held = set(keys)
    return grid.opened(
        area_of(opening) for opening in layout.openings if opening.lock in held and _is_open(opening, held)
    )


def ways_in(layout: BuildingLayout, keys: Iterable[LocalId] = ()) -> list[Spot]:
    """Where one comes in from outside who holds `keys`."""
    held = set(keys)
    return [opening.at for opening in layout.openings if OUTSIDE in opening.joins and _is_open(opening, held)]


def is_whole(layout: BuildingLayout, props: Iterable[Prop]) -> bool:
    """Whether with `props` added one still reaches every free cell that one reached before, and stands on every spawn.

    What an addition must keep: nobody's way is cut, nothing stands on a spawn or a key.
    """
    grid = free(layout).without(prop.area for prop in props if prop.blocks)
    reached = grid.flood(ways_in(layout, (key.id for key in layout.keys)))
    stood_on = [spawn.at for spawn in layout.spawns] + [key.at for key in layout.keys]
    openings = [opening.at for opening in layout.openings if opening.passable and opening.opens_from is None]
    return reached == grid.rows and all(covers(reached, at) for at in stood_on + openings)


def covers(rows: Sequence[int], at: Spot) -> bool:
    """Whether the cell of a spot is among the rows."""
    x, y = at.x_cm // CELL_CM, at.y_cm // CELL_CM
    return 0 <= y < len(rows) and x >= 0 and bool(rows[y] >> x & 1)


def within(rows: Sequence[int], area: Rectangle) -> Rows:
    """The part of the rows that lies in an area, by its own lines."""
    mask, lines = _mask(area)
    return [rows[y] & mask for y in lines if 0 <= y < len(rows)]


def area_of(opening: Opening) -> Rectangle:
    """The cells of the wall that an opening takes."""
    half = opening.width_cm // 2
    if opening.at.yaw in (90, 270):
        return Rectangle(opening.at.x_cm - half, opening.at.y_cm - CELL_CM // 2, opening.width_cm, CELL_CM)
    return Rectangle(opening.at.x_cm - CELL_CM // 2, opening.at.y_cm - half, CELL_CM, opening.width_cm)


def _is_open(opening: Opening, held: set[LocalId]) -> bool:
    return opening.passable and opening.opens_from is None and (opening.lock is None or opening.lock in held)


def _mask(area: Rectangle) -> tuple[int, range]:
    """The bits of every cell that an area touches in a row, and the rows."""
    low, high = max(area.x_cm // CELL_CM, 0), max(-(-(area.x_cm + area.width_cm) // CELL_CM), 0)
    lines = range(area.y_cm // CELL_CM, -(-(area.y_cm + area.depth_cm) // CELL_CM))
    return ((1 << max(high - low, 0)) - 1) << low, lines


def _spread(seeds: int, free_cells: int, width: int) -> int:
    """The runs of free cells that hold a seed. Upwards a carry fills them at once, downwards steps that double."""
    seeds &= free_cells
    filled = (free_cells & ~(free_cells + seeds)) | seeds
    open_to, step = free_cells, 1
    while step < width:
        filled |= open_to & filled >> step
        open_to &= open_to >> step
        step *= 2
    return filled

"""Which spaces see which: straight through openings that one can look through, past what does not hide a person."""

from collections.abc import Iterable, Sequence

from bodybroker.generation.buildings.furniture import Stand
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import cells
from bodybroker.generation.buildings.walls import Gap
from bodybroker.generation.layouts import CELL_CM

Box = tuple[int, int, int, int]
"""South-west cell, width and depth."""

Line = tuple[int, tuple[int, ...]]
"""How many cells one sees along a line, and through which gaps (their numbers)."""


def find(
    rooms: Sequence[Room], gaps: Sequence[Gap], stands: Sequence[Stand], width: int, depth: int
) -> dict[tuple[int, int], Line]:
    """By the numbers of two rooms, the longest straight line of sight that they share through the middle of gaps."""
    open_to_sight: list[Box] = [(room.x, room.y, room.width, room.depth) for room in rooms]
    glazed = [(i, gap) for i, gap in enumerate(gaps) if gap.sight and gap.other is not None]
    open_to_sight += [(gap.at.x, gap.at.y, gap.at.width, gap.at.depth) for _, gap in glazed]
    hiding = [_cells_of(stand) for stand in stands if stand.rule.cover == "full" and stand.rule.blocks]
    across = _opaque(open_to_sight, hiding, depth)
    upward = _opaque(map(_flip, open_to_sight), map(_flip, hiding), width)
    found: dict[tuple[int, int], Line] = {}
    for _, gap in glazed:
        middle_x, middle_y = gap.at.x + gap.at.width // 2, gap.at.y + gap.at.depth // 2
        level = gap.at.yaw in (0, 180)
        line, at = (across[middle_y], middle_x) if level else (upward[middle_x], middle_y)
        if line >> at & 1:
            continue
        low, high = (line & (1 << at) - 1).bit_length(), at + (line >> at & -(line >> at)).bit_length() - 1
        crossed = _crossed(rooms, middle_y if level else middle_x, low, high, level)
        through = _crossed_gaps(glazed, middle_y if level else middle_x, low, high, level)
        for i, (start, one) in enumerate(crossed):
            for end, two in crossed[i + 1 :]:
                pair = (min(one, two), max(one, two))
                if pair not in found or found[pair][0] < high - low:
                    found[pair] = high - low, tuple(n for x, n in through if start < x < end)
    return found


def _opaque(open_to_sight: Iterable[Box], hiding: Iterable[Box], lines: int) -> list[int]:
    """By line, a bit for each cell that nobody looks through."""
    opaque = [-1] * lines
    for x, y, width, depth in open_to_sight:
        mask = ~(((1 << width) - 1) << x)
        for line in range(y, y + depth):
            opaque[line] &= mask
    for x, y, width, depth in hiding:
        mask = ((1 << width) - 1) << x
        for line in range(y, y + depth):
            opaque[line] |= mask
    return opaque


def _flip(box: Box) -> Box:
    x, y, width, depth = box
    return y, x, depth, width


def _cells_of(stand: Stand) -> Box:
    x, y = stand.area.x_cm // CELL_CM, stand.area.y_cm // CELL_CM
    right, north = cells(stand.area.x_cm + stand.area.width_cm), cells(stand.area.y_cm + stand.area.depth_cm)
    return x, y, right - x, north - y


def _crossed(rooms: Sequence[Room], at: int, low: int, high: int, level: bool) -> list[tuple[int, int]]:
    """Where the line from `low` to `high` enters rooms, and their numbers, in order."""
    if level:
        return sorted(
            (room.x, room.number)
            for room in rooms
            if room.y <= at < room.y + room.depth and room.x < high and room.x + room.width > low
        )
    return sorted(
        (room.y, room.number)
        for room in rooms
        if room.x <= at < room.x + room.width and room.y < high and room.y + room.depth > low
    )


def _crossed_gaps(gaps: Sequence[tuple[int, Gap]], at: int, low: int, high: int, level: bool) -> list[tuple[int, int]]:
    """Where the line passes gaps, and their numbers, in order."""
    if level:
        return sorted(
            (gap.at.x, i) for i, gap in gaps if gap.at.y <= at < gap.at.y + gap.at.depth and low <= gap.at.x < high
        )
    return sorted(
        (gap.at.y, i) for i, gap in gaps if gap.at.x <= at < gap.at.x + gap.at.width and low <= gap.at.y < high
    )

"""Bare rooms and corridors on a grid: the task by which generators of dungeons compare, cut by our slicing."""

from collections.abc import Callable
from typing import NamedTuple

from bodybroker.generation.buildings.generator import SEEDS, InvalidRequest
from bodybroker.generation.buildings.measuring import WALL
from bodybroker.generation.buildings.shares import allot
from bodybroker.kernel.random import Stream

GENERATOR = "dungeon"
VERSION = 1

LONGEST_SIDE = 4096
"""Cells that a dungeon may be wide or high."""

_CUTS = 5
"""How often a region is halved, where it is large enough."""

_LEAST = 6
"""Cells of the shortest side of a region."""

_ROOM = 4
"""Cells of the shortest side of a room."""

_EVEN = 192
"""What both halves get before chance adds up to 255 to each: how even cuts are."""

_DRAWS = (1 << _CUTS) * 6
"""Bytes of chance: two a cut, four a room."""


class Room(NamedTuple):
    """A room in cells."""

    x: int
    y: int
    width: int
    height: int


class Dungeon(NamedTuple):
    """`floor` holds a byte per cell, row by row: 1 where one can walk. All rooms are connected."""

    width: int
    height: int
    floor: bytearray
    rooms: list[Room]


def rooms_and_corridors(seed: int, width: int, height: int) -> Dungeon:
    """The dungeon of a seed: halves of halves, a room in each, corridors between the halves of every cut.

    Raises InvalidRequest with every fault of what was asked for.
    """
    faults = [f"seed {seed}: must lie in 0..{SEEDS - 1}"] if not 0 <= seed < SEEDS else []
    for name, side in (("width", width), ("height", height)):
        if not _LEAST + WALL <= side <= LONGEST_SIDE:
            faults.append(f"{name} {side}: must lie in {_LEAST + WALL}..{LONGEST_SIDE}")
    if faults:
        raise InvalidRequest(faults)
    stream = Stream(seed, GENERATOR, str(VERSION))
    chances = iter(b"".join([stream.u64().to_bytes(8, "big") for _ in range(_DRAWS // 8)]))
    dungeon = Dungeon(width, height, bytearray(width * height), [])
    _dig(dungeon, WALL, WALL, width - WALL, height - WALL, _CUTS, chances.__next__)
    return dungeon


def _dig(
    dungeon: Dungeon, x: int, y: int, width: int, height: int, cuts: int, draw: Callable[[], int]
) -> tuple[int, int]:
    """Digs a region and connects what is in it; a cell of it to which others may connect."""
    if cuts and width >= height and width >= 2 * _LEAST:
        one, two = allot(width, (_LEAST, _LEAST), (_EVEN + draw(), _EVEN + draw()))
        here = _dig(dungeon, x, y, one, height, cuts - 1, draw)
        there = _dig(dungeon, x + one, y, two, height, cuts - 1, draw)
    elif cuts and height >= 2 * _LEAST:
        one, two = allot(height, (_LEAST, _LEAST), (_EVEN + draw(), _EVEN + draw()))
        here = _dig(dungeon, x, y, width, one, cuts - 1, draw)
        there = _dig(dungeon, x, y + one, width, two, cuts - 1, draw)
    else:
        return _room(dungeon, x, y, width, height, draw)
    _corridor(dungeon, here, there)
    return here if cuts & 1 else there


def _room(dungeon: Dungeon, x: int, y: int, width: int, height: int, draw: Callable[[], int]) -> tuple[int, int]:
    """A room in a region, with a wall left at its far sides; the room's middle."""
    wide = _ROOM + ((width - WALL - _ROOM + 1) * draw() >> 8)
    high = _ROOM + ((height - WALL - _ROOM + 1) * draw() >> 8)
    x += (width - WALL - wide + 1) * draw() >> 8
    y += (height - WALL - high + 1) * draw() >> 8
    dungeon.rooms.append(Room(x, y, wide, high))
    floor, line, stride = dungeon.floor, b"\1" * wide, dungeon.width
    start = y * stride + x
    for at in range(start, start + high * stride, stride):
        floor[at : at + wide] = line
    return x + wide // 2, y + high // 2


def _corridor(dungeon: Dungeon, here: tuple[int, int], there: tuple[int, int]) -> None:
    """Along the row of `here`, then along the column of `there`."""
    (x, y), (end_x, end_y) = here, there
    row = y * dungeon.width
    low, high = (x, end_x + 1) if x < end_x else (end_x, x + 1)
    dungeon.floor[row + low : row + high] = b"\1" * (high - low)
    low, high = (y, end_y + 1) if y < end_y else (end_y, y + 1)
    dungeon.floor[low * dungeon.width + end_x : (high - 1) * dungeon.width + end_x + 1 : dungeon.width] = b"\1" * (
        high - low
    )

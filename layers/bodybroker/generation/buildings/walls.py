"""Where rooms meet each other and the outside: strips of wall, and the gaps that doors and windows leave in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bodybroker.generation.buildings.measuring import WALL
from bodybroker.generation.buildings.mission import Room
from bodybroker.kernel.random import Stream

_TRIES = 6


class Strip(NamedTuple):
    """A straight piece of wall in cells, one cell thick; `yaw` points through it, out of the room asked about."""

    x: int
    y: int
    width: int
    depth: int
    yaw: int

    @property
    def length(self) -> int:
        """How long it is."""
        return self.width * self.depth

    def part(self, start: int, length: int) -> "Strip":
        """The piece that begins after `start` cells."""
        if self.yaw in (90, 270):
            return Strip(self.x + start, self.y, length, WALL, self.yaw)
        return Strip(self.x, self.y + start, WALL, length, self.yaw)


class Gap(NamedTuple):
    """A door, a window, a way out: which rooms it joins (None is the outside), which cells it takes.

    `key` is the number of the key that opens it. `only_out`: it opens only from the first room.
    """

    kind: str
    room: Room
    other: Room | None
    at: Strip
    key: int | None = None
    sight: bool = False
    passable: bool = True
    only_out: bool = False
    in_floor: bool = False


@dataclass(slots=True)
class Walls:
    """The walls of a building of so many cells, and what is in them so far."""

    width: int
    depth: int
    gaps: list[Gap] = field(default_factory=list)
    _taken: set[tuple[int, int]] = field(default_factory=set)

    def outer(self, room: Room) -> Iterator[Strip]:
        """The strips of the room's wall that have the outside behind them."""
        if room.y == WALL:
            yield Strip(room.x, 0, room.width, WALL, 270)
        if room.y + room.depth == self.depth - WALL:
            yield Strip(room.x, self.depth - WALL, room.width, WALL, 90)
        if room.x == WALL:
            yield Strip(0, room.y, WALL, room.depth, 180)
        if room.x + room.width == self.width - WALL:
            yield Strip(self.width - WALL, room.y, WALL, room.depth, 0)

    def room_for(self, strip: Strip, length: int, stream: Stream) -> Strip | None:
        """A piece of the strip where nothing is yet, nor right beside it; None when there is none."""
        last = strip.length - length
        if last < 0:
            return None
        starts = [stream.below(last + 1) for _ in range(_TRIES)]
        for start in (*starts, *range(last + 1)):
            if self.is_free(strip, start, length):
                return strip.part(start, length)
        return None

    def is_free(self, strip: Strip, start: int, length: int) -> bool:
        """Whether nothing is in that piece of the strip, nor right beside it."""
        steps = range(start - 1, start + length + 1)
        if strip.yaw in (90, 270):
            return self._taken.isdisjoint((strip.x + step, strip.y) for step in steps)
        return self._taken.isdisjoint((strip.x, strip.y + step) for step in steps)

    def add(self, gap: Gap) -> None:
        """Puts it into the wall."""
        self.gaps.append(gap)
        at = gap.at
        self._taken.update((x, y) for x in range(at.x, at.x + at.width) for y in range(at.y, at.y + at.depth))


def shared(room: Room, other: Room) -> Strip | None:
    """The wall between two rooms, seen from the first; None where they do not adjoin."""
    x, y = max(room.x, other.x), max(room.y, other.y)
    width = min(room.x + room.width, other.x + other.width) - x
    depth = min(room.y + room.depth, other.y + other.depth) - y
    if depth > 0 and width == -WALL:
        return Strip(x - WALL, y, WALL, depth, 0 if other.x > room.x else 180)
    if width > 0 and depth == -WALL:
        return Strip(x, y - WALL, width, WALL, 90 if other.y > room.y else 270)
    return None

"""Which cells of a building are taken while it is furnished. One integer per row of cells, bit x for the cell at x."""

from dataclasses import dataclass, field

from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.walls import Gap
from bodybroker.kernel.random import Stream

_APRON = 2
"""Cells before a door that stay free."""

_TRIES = 12


@dataclass(slots=True)
class Floor:
    """Cells where something `blocks` the way, and cells that are `kept` free of it."""

    depth: int
    blocked: list[int] = field(init=False)
    kept: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.blocked = [0] * self.depth
        self.kept = [0] * self.depth

    def keep_doors_free(self, gap: Gap) -> None:
        """Keeps the cells on both sides of a way through free."""
        at = gap.at
        if gap.in_floor:
            self._keep(at.x, at.y, at.width, at.depth)
        elif at.yaw in (90, 270):
            self._keep(at.x, at.y - _APRON, at.width, at.depth + 2 * _APRON)
        else:
            self._keep(at.x - _APRON, at.y, at.width + 2 * _APRON, at.depth)

    def _keep(self, x: int, y: int, width: int, depth: int) -> None:
        mask = ((1 << width) - 1) << x if x >= 0 else (1 << width + x) - 1
        for row in range(max(y, 0), min(y + depth, self.depth)):
            self.kept[row] |= mask

    def fits(self, room: Room, x: int, y: int, width: int, depth: int) -> bool:
        """Whether a prop may block these cells of the room: they are free, and so is every cell of the room around.

        Nobody's way is cut then: the cells around are connected, unless the prop reaches from one wall to the other.
        """
        left, right, south, north = room.x, room.x + room.width, room.y, room.y + room.depth
        if x < left or y < south or x + width > right or y + depth > north:
            return False
        if (x == left and x + width == right) or (y == south and y + depth == north):
            return False
        low, high = max(x - 1, left), min(x + width + 1, right)
        around = ((1 << high - low) - 1) << low
        for row in range(max(y - 1, south), min(y + depth + 1, north)):
            if self.blocked[row] & around:
                return False
        own = ((1 << width) - 1) << x
        return not any(self.kept[row] & own for row in range(y, y + depth))

    def block(self, x: int, y: int, width: int, depth: int) -> None:
        """Takes these cells."""
        mask = ((1 << width) - 1) << x
        for row in range(y, y + depth):
            self.blocked[row] |= mask

    def standing(self, room: Room, stream: Stream) -> tuple[int, int]:
        """A free cell of the room that nobody was given yet, and takes it; any free one when there is no other."""
        for _ in range(_TRIES):
            x, y = room.x + stream.below(room.width), room.y + stream.below(room.depth)
            if not (self.blocked[y] | self.kept[y]) >> x & 1:
                return self._given(x, y)
        for taken in ([b | k for b, k in zip(self.blocked, self.kept, strict=True)], self.blocked):
            for y in range(room.y, room.y + room.depth):
                free = ~taken[y] >> room.x & (1 << room.width) - 1
                if free:
                    return self._given(room.x + (free & -free).bit_length() - 1, y)
        raise AssertionError("the cells before a room's door are free")

    def _given(self, x: int, y: int) -> tuple[int, int]:
        self.kept[y] |= 1 << x
        return x, y

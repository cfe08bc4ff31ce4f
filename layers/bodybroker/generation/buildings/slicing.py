"""Cuts a rectangle into rooms so that every room adjoins the one that it lies off. Whole cells; walls take one.

A room owns a region that touches the wall of the room before it along one whole side. It takes a part of that side
for itself and hands what is left and right of it, and what is behind it, to the rooms that lie off it; each of their
regions touches it along one whole side again. So every edge of the tree of rooms becomes a shared wall. A room behind
one that has others at its sides must not have any at its own sides, or its door could miss the wall.
"""

from collections.abc import Sequence
from typing import Literal

from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import Lay
from bodybroker.kernel.random import Stream

WALL = 1
"""Cells between two rooms."""

Side = Literal["south", "north", "west", "east"]

_JITTER = (600, 1500)
"""The range, per mille, by which a share of space strays."""


def allot(total: int, least: Sequence[int], shares: Sequence[int]) -> list[int]:
    """`total` cells as shares ask, nobody below its least; `total` must be their sum or more."""
    sizes = list(least)
    open_to_more = [i for i in range(len(sizes)) if shares[i] > 0]
    rest = total - sum(size for i, size in enumerate(sizes) if shares[i] <= 0)
    while True:
        weight = sum(shares[i] for i in open_to_more)
        short = [i for i in open_to_more if rest * shares[i] < least[i] * weight]
        if not short:
            break
        rest -= sum(least[i] for i in short)
        open_to_more = [i for i in open_to_more if i not in short]
    given = seen = 0
    for i in open_to_more:
        seen += shares[i]
        upto = rest * seen // weight
        sizes[i] = upto - given
        given = upto
    return sizes


def arrange(rooms: Sequence[Room], stream: Stream) -> None:
    """Deals the rooms off each room to its walls, at random as the plan allows, and measures what each needs."""
    for room in reversed(rooms):
        room.left, room.right, room.back = _wings(room, _draw_lay(room, stream), stream.sample(room.off, len(room.off)))
        _measure(room)


def arrange_tightly(rooms: Sequence[Room], along: int, deep: int) -> bool:
    """Arranges such that the rooms need little space; whether they fit `along` by `deep` cells."""
    first = rooms[0]
    for stretch in ((1, 1), (2, 1), (1, 2)):
        for room in reversed(rooms):
            _tighten(room, stretch)
        if first.along <= along and first.deep <= deep:
            return True
    return False


def _tighten(room: Room, stretch: tuple[int, int]) -> None:
    """Deals the rooms off it such that the longer side is as short as can be, once both are stretched."""
    lays: tuple[Lay, ...] = ("front", "side", "spine") if room.plan.lay == "any" else (room.plan.lay,)
    tried = []
    for i, lay in enumerate(lays):
        room.left, room.right, room.back = _wings(room, lay, room.off)
        _measure(room)
        tried.append((max(room.along * stretch[0], room.deep * stretch[1]), i, (room.left, room.right, room.back)))
    room.left, room.right, room.back = min(tried)[2]
    _measure(room)


def place(room: Room, x: int, y: int, width: int, depth: int, door: Side, stream: Stream) -> None:
    """Gives the region to `room` and all rooms off it; `door` is the side where one comes in. It must be large enough.

    Seen from the door, `along` runs beside the wall that it is in, `deep` away from it.
    """
    flat = door in ("south", "north")
    along, deep = (width, depth) if flat else (depth, width)
    back_deep = _behind(room, deep, stream)
    own_deep = deep - back_deep
    left_along, right_along = _sides(room, along, stream)

    def put(a: int, d: int, size_a: int, size_d: int) -> tuple[int, int, int, int]:
        """A part of the region, seen from the door, in cells of the building."""
        if door == "south":
            return x + a, y + d, size_a, size_d
        if door == "north":
            return x + a, y + depth - d - size_d, size_a, size_d
        if door == "west":
            return x + d, y + a, size_d, size_a
        return x + width - d - size_d, y + a, size_d, size_a

    room.x, room.y, room.width, room.depth = put(left_along, 0, along - left_along - right_along, own_deep)
    low: Side = "east" if flat else "north"
    high: Side = "west" if flat else "south"
    a = 0
    for other, size in _split(room.back, along, stream):
        place(other, *put(a, own_deep + WALL, size, back_deep - WALL), door, stream)
        a += size + WALL
    for wing, start, size_along, side in (
        (room.left, 0, left_along - WALL, low),
        (room.right, along - right_along + WALL, right_along - WALL, high),
    ):
        d = 0
        for other, size in _split(wing, own_deep, stream):
            place(other, *put(start, d, size_along, size), side, stream)
            d += size + WALL


def _draw_lay(room: Room, stream: Stream) -> Lay:
    if room.plan.lay != "any":
        return room.plan.lay
    if len(room.off) <= 1:
        return stream.choice(("front", "side"))
    return stream.choice(("front", "side", "spine", "spine"))


def _wings(room: Room, lay: Lay, off: Sequence[Room]) -> tuple[list[Room], list[Room], list[Room]]:
    """Who lies left, right and behind."""
    if not off:
        return [], [], []
    if lay == "front" or (lay == "spine" and len(off) == 1 and _fronts(off[0])):
        return [], [], list(off)
    if lay == "side":
        return ([], list(off), []) if off[0].number % 2 else (list(off), [], [])
    behind = next((other for other in off if _fronts(other)), None) if len(off) > 2 else None
    left: list[Room] = []
    right: list[Room] = []
    for other in off:
        if other is not behind:
            (left if _row(left) <= _row(right) else right).append(other)
    return left, right, [behind] if behind else []


def _fronts(room: Room) -> bool:
    """Whether the room takes the whole side where one comes in."""
    return not (room.left or room.right)


def _row(rooms: Sequence[Room]) -> int:
    """The least cells that rooms beside each other take along the wall where one comes in."""
    return sum(room.along for room in rooms) + WALL * (len(rooms) - 1) if rooms else 0


def _measure(room: Room) -> None:
    """What its region needs at least, once those off it are measured."""
    along, deep = room.least, max(room.least, _row(room.left), _row(room.right))
    for wing in (room.left, room.right):
        if wing:
            along += WALL + max(other.deep for other in wing)
    if room.back:
        deep += WALL + max(other.deep for other in room.back)
        along = max(along, _row(room.back))
    room.along, room.deep = along, deep
    room.share = room.plan.share + sum(other.share for other in room.off)


def _behind(room: Room, deep: int, stream: Stream) -> int:
    """How deep the part behind it is, with the wall between."""
    if not room.back:
        return 0
    if room.passage is not None and _fronts(room):
        return deep - room.least
    own = room.plan.share + sum(other.share for other in room.left + room.right)
    shares = [_jitter(own, stream), _jitter(sum(other.share for other in room.back), stream)]
    least = [max(room.least, _row(room.left), _row(room.right)), WALL + max(other.deep for other in room.back)]
    return allot(deep, least, shares)[1]


def _sides(room: Room, along: int, stream: Stream) -> tuple[int, int]:
    """How wide the wings are at its left and right, each with the wall that parts it from the room."""
    wings = [wing for wing in (room.left, room.right) if wing]
    if not wings:
        return 0, 0
    least = [max(other.deep for other in wing) + WALL for wing in wings]
    shares = [_jitter(sum(other.share for other in wing), stream) for wing in wings]
    own = 0 if room.passage is not None else _jitter(room.plan.share, stream)
    sizes = allot(along, [room.least, *least], [own, *shares])[1:]
    return (sizes[0] if room.left else 0), (sizes[-1] if room.right else 0)


def _split(wing: Sequence[Room], total: int, stream: Stream) -> list[tuple[Room, int]]:
    if not wing:
        return []
    shares = [_jitter(room.share, stream) for room in wing]
    sizes = allot(total - WALL * (len(wing) - 1), [room.along for room in wing], shares)
    return list(zip(wing, sizes, strict=True))


def _jitter(share: int, stream: Stream) -> int:
    return share * stream.between(*_JITTER)

"""What rooms need: how large a region suffices for a room and all that it leads to, and the ways to deal it."""

from collections.abc import Iterator, Sequence

from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import Lay

WALL = 1
"""Cells between two rooms."""

_STRETCHES = ((1, 1), (2, 1), (1, 2))
"""How rooms are measured: square, narrow, flat."""

Wings = tuple[Sequence[Room], Sequence[Room], Sequence[Room]]
"""The rooms left, right and behind, seen from the door."""


def measure(rooms: Sequence[Room], along: int, deep: int) -> bool:
    """Measures what every room's region needs; whether the first's fits `along` by `deep` cells."""
    first = rooms[0]
    for stretch in _STRETCHES:
        for room in reversed(rooms):
            _measure(room, stretch)
        if first.along <= along and first.deep <= deep:
            return True
    return False


def _measure(room: Room, stretch: tuple[int, int]) -> None:
    """The least region of a room, once those it leads to are measured: its longer side short, once both stretch."""
    tried = [(*needs(room, wings), i, wings) for i, wings in enumerate(ways(room, room.off))]
    room.along, room.deep, _, room.wings = min(
        tried, key=lambda way: (max(way[0] * stretch[0], way[1] * stretch[1]), way[2])
    )
    room.front = needs(room, ((), (), room.off)) if room.plan.lay in ("any", "front") or not room.off else None
    room.share = room.plan.share + sum(other.share for other in room.off)


def ways(room: Room, off: Sequence[Room]) -> Iterator[Wings]:
    """The ways to deal the rooms off it that its plan allows."""
    lay: Lay = room.plan.lay
    if not off or lay in ("any", "front") or (lay == "spine" and len(off) == 1 and off[0].front):
        yield (), (), off
    if not off:
        return
    if lay in ("any", "side"):
        yield off, (), ()
    if lay == "spine" or (lay == "any" and len(off) > 1):
        yield (*halves(off), ())
        behind = next((other for other in off if other.front is not None), None) if len(off) > 1 else None
        if behind is not None:
            yield (*halves([other for other in off if other is not behind]), (behind,))


def halves(off: Sequence[Room]) -> tuple[list[Room], list[Room]]:
    """The rooms in two wings that are about as long."""
    left: list[Room] = []
    right: list[Room] = []
    longer = 0
    for other in off:
        if longer <= 0:
            left.append(other)
            longer += other.along
        else:
            right.append(other)
            longer -= other.along
    return left, right


def row(rooms: Sequence[Room]) -> int:
    """The least cells that rooms beside each other take along the wall that their doors are in."""
    return sum([room.along for room in rooms]) + WALL * (len(rooms) - 1) if rooms else 0


def depth(rooms: Sequence[Room]) -> int:
    """The least cells that the deepest of them takes."""
    return max([room.deep for room in rooms]) if rooms else 0


def needs(room: Room, wings: Wings, fronts: bool = True) -> tuple[int, int]:
    """How many cells along and deep a room needs that is dealt like this."""
    left, right, back = wings
    along, deep = room.least, max(room.least, row(left), row(right))
    if left:
        along += WALL + depth(left)
    if right:
        along += WALL + depth(right)
    if back:
        back_along, back_deep = needs_behind(wings, fronts)
        along, deep = max(along, back_along), deep + WALL + back_deep
    return along, deep


def needs_behind(wings: Wings, fronts: bool) -> tuple[int, int]:
    """What the rooms behind need; where others are at the sides, the only one behind takes its whole side or not."""
    left, right, back = wings
    front = back[0].front if fronts and (left or right) else None
    return front or (row(back), depth(back))

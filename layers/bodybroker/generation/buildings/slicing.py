"""Cuts a rectangle into rooms so that every room adjoins the one that leads to it. Whole cells; walls take one.

A room owns a region that touches the wall of the room before it along one whole side. It takes a part of that side
for itself and hands what is left and right of it, and what is behind it, to the rooms that it leads to; each of their
regions touches it along one whole side again. So every edge of the tree of rooms becomes a shared wall. Only a room
behind one that has others at its sides is not touched along its whole side: it has to `reach` the one before.

First every room measures what its region needs at least, then regions are dealt from the entrance on: of the ways to
deal that fit, one takes the way that makes the best-proportioned rooms. Where a region suffices for the measure, there
always is one: that by which it was measured, in which a room that has to reach another takes its whole side (`front`).
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from bodybroker.generation.buildings import measuring
from bodybroker.generation.buildings.measuring import WALL, Wings
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.shares import allot
from bodybroker.kernel.random import Stream

Side = Literal["south", "north", "west", "east"]

_JITTER = (600, 1500)
"""The range, per mille, by which a share of space strays."""

_TASTE = (700, 1300)
"""The range, per mille, by which the verdict on a way to deal a region strays."""

_LONGEST_ROOM, _LONGEST_REGION = 2, 3
"""How many times its width a room, or the region of several, may be long without being thought ugly."""

Span = tuple[int, int]
"""From a cell up to another, without it."""


class Part(NamedTuple):
    """A part of a region, in cells: along the wall that the door is in, and deep behind it."""

    a: int
    d: int
    along: int
    deep: int


class Deal(NamedTuple):
    """A region dealt: what the room takes, and who gets the rest, by the side of the room where they are."""

    own: Part
    left: list[tuple[Room, Part]]
    right: list[tuple[Room, Part]]
    back: list[tuple[Room, Part]]


def place(
    room: Room, x: int, y: int, width: int, depth: int, door: Side, stream: Stream, reach: Span | None = None
) -> bool:
    """Gives the region to `room` and all rooms that it leads to; `door` is the side where one comes in.

    True where the region suffices for the room's measure. With `reach`, the cells along that side where the room before
    it lies, it may fail otherwise.
    """
    if not room.off:
        room.x, room.y, room.width, room.depth = x, y, width, depth
        return True
    flat = door in ("south", "north")

    def put(part: Part) -> tuple[int, int, int, int]:
        """The part in cells of the building."""
        if door == "south":
            return x + part.a, y + part.d, part.along, part.deep
        if door == "north":
            return x + part.a, y + depth - part.d - part.deep, part.along, part.deep
        if door == "west":
            return x + part.d, y + part.a, part.deep, part.along
        return x + width - part.d - part.deep, y + part.a, part.deep, part.along

    for dealt in _deals(room, *((width, depth) if flat else (depth, width)), stream, reach):
        room.x, room.y, room.width, room.depth = put(dealt.own)
        has_sides = bool(dealt.left or dealt.right)
        onward = (dealt.own.a, dealt.own.a + dealt.own.along) if has_sides else None
        if (
            all(place(other, *put(part), door, stream, onward) for other, part in dealt.back)
            and all(place(other, *put(part), "east" if flat else "north", stream) for other, part in dealt.left)
            and all(place(other, *put(part), "west" if flat else "south", stream) for other, part in dealt.right)
        ):
            return True
    return False


def _deals(room: Room, along: int, deep: int, stream: Stream, reach: Span | None) -> Iterator[Deal]:
    """The ways to deal the region that fit, the best-looking first."""
    for other in room.off:
        other.weight = other.share * stream.between(*_JITTER)
    off = stream.sample(room.off, len(room.off))
    ways = [(wings, True) for wings in measuring.ways(room, off)]
    if room.plan.lay in ("any", "spine") and len(off) > 1:
        behind = max(off, key=lambda other: other.share)
        ways.append(((*measuring.halves([other for other in off if other is not behind]), (behind,)), False))
    for tried in (ways, [(room.wings, True)]):
        for _, _, dealt in sorted(_verdicts(room, along, deep, tried, stream, reach)):
            yield dealt


def _verdicts(
    room: Room, along: int, deep: int, ways: Sequence[tuple[Wings, bool]], stream: Stream, reach: Span | None
) -> list[tuple[int, int, Deal]]:
    """How ugly each way that fits is, by a varying taste, and its number."""
    found = []
    for i, (wings, fronts) in enumerate(ways):
        need_along, need_deep = measuring.needs(room, wings, fronts)
        if need_along <= along and need_deep <= deep:
            left, right, back = wings
            dealt = _deal(room, along, deep, (right, left, back) if stream.below(2) else wings, fronts, reach)
            if dealt is not None:
                found.append((_ugliness(room, dealt) * stream.between(*_TASTE), i, dealt))
    return found


def _deal(room: Room, along: int, deep: int, wings: Wings, fronts: bool, reach: Span | None) -> Deal | None:
    """The region dealt to these wings; None where the room does not reach the one before it."""
    left, right, back = wings
    own_share = 0 if room.passage is not None else room.plan.share * 1000
    weights = [sum([other.weight for other in wing]) for wing in wings]
    back_deep = 0
    if back:
        least = [
            max(room.least, measuring.row(left), measuring.row(right)),
            WALL + measuring.needs_behind(wings, fronts)[1],
        ]
        back_deep = allot(deep, least, [own_share + weights[0] + weights[1], weights[2]])[1]
    sides = [WALL + measuring.depth(wing) if wing else 0 for wing in (left, right)]
    left_along, own_along, right_along = allot(
        along, [sides[0], room.least, sides[1]], [weights[0], own_share if left or right else 1, weights[1]]
    )
    if reach is not None and (left or right):
        low = max(reach[0] + room.least - own_along, sides[0])
        high = min(reach[1] - room.least, along - own_along - sides[1])
        if low > high or (not left and low > 0) or (not right and high < along - own_along):
            return None
        left_along = min(max(left_along, low), high)
        right_along = along - own_along - left_along
    own_deep = deep - back_deep
    return Deal(
        Part(left_along, 0, own_along, own_deep),
        [(other, Part(0, d, left_along - WALL, size)) for other, d, size in _split(left, own_deep)],
        [
            (other, Part(along - right_along + WALL, d, right_along - WALL, size))
            for other, d, size in _split(right, own_deep)
        ],
        [(other, Part(a, own_deep + WALL, size, back_deep - WALL)) for other, a, size in _split(back, along)],
    )


def _split(wing: Sequence[Room], total: int) -> Iterator[tuple[Room, int, int]]:
    """The rooms of a wing, each with where it begins and how much of `total` it gets."""
    if len(wing) == 1:
        yield wing[0], 0, total
    elif wing:
        sizes = allot(total - WALL * (len(wing) - 1), [room.along for room in wing], [room.weight for room in wing])
        start = 0
        for room, size in zip(wing, sizes, strict=True):
            yield room, start, size
            start += size + WALL


def _ugliness(room: Room, dealt: Deal) -> int:
    """How many cells lie beyond what looks well: in long rooms and regions, in wide passages."""
    total = 1
    short, long = sorted((dealt.own.along, dealt.own.deep))
    if room.passage is None:
        total += max(0, long - _LONGEST_ROOM * short) * short
    else:
        total += (short - room.passage) * long
    for wing in dealt[1:]:
        for other, part in wing:
            short, long = sorted((part.along, part.deep))
            longest = _LONGEST_REGION if other.off else _LONGEST_ROOM
            total += max(0, long - longest * short) * short
    return total

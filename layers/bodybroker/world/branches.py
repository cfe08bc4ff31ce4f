"""The lines of history of a world, as data: what a branch consists of, and what two of them have in common.

A branch that was left can be taken up again. It then goes on in a new stretch, so the newest stretch of a world is
always the one that is played, whatever branch it belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from bodybroker.kernel.ids import BranchId


@dataclass(frozen=True, slots=True)
class Stretch:
    """A branch from the time when it was taken up until it was left.

    `ordinal` counts the world's stretches from 0. Its events follow those of stretch `parent` up to version
    `forked_at` (the first stretch has no parent). `tip` is the version at which it was left; the head knows that of the
    newest.
    """

    ordinal: int
    branch_id: BranchId
    parent: int | None
    forked_at: int
    name: str
    created_at: str
    tip: int | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a world's history: after event `version` of the lineage of stretch `ordinal`."""

    ordinal: int
    version: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The events in (`after`, `up_to`] of stretch `ordinal`."""

    ordinal: int
    after: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of history as players know it: it left branch `parent_id` after event `forked_at` and came to `tip`."""

    branch_id: BranchId
    parent_id: BranchId | None
    forked_at: int
    name: str
    created_at: str
    tip: Point


def lineage(stretches: Sequence[Stretch], point: Point) -> list[Piece]:
    """The pieces that lead from the first event to `point`, oldest first, without gaps."""
    by_ordinal = {stretch.ordinal: stretch for stretch in stretches}
    pieces: list[Piece] = []
    ordinal: int | None = point.ordinal
    up_to = point.version
    while ordinal is not None:
        stretch = by_ordinal[ordinal]
        if up_to > stretch.forked_at:
            pieces.append(Piece(ordinal, stretch.forked_at, up_to))
        up_to = min(up_to, stretch.forked_at)
        ordinal = stretch.parent
    return pieces[::-1]


def home(stretches: Sequence[Stretch], point: Point) -> Point:
    """The same place, named by the stretch that holds the event itself; the point is at event 1 or later."""
    return Point(lineage(stretches, point)[-1].ordinal, point.version)


def common(stretches: Sequence[Stretch], one: Point, other: Point) -> int:
    """The version up to which the histories of two points are the same events."""
    pairs = zip(lineage(stretches, one), lineage(stretches, other), strict=False)
    shared = takewhile(lambda pair: pair[0].ordinal == pair[1].ordinal, pairs)
    return max(min(ours.up_to, theirs.up_to) for ours, theirs in shared)


def branches(stretches: Sequence[Stretch], version: int) -> list[Branch]:
    """The branches in the order in which they began; `version` is that of the newest stretch, which is active."""
    owner = {stretch.ordinal: stretch.branch_id for stretch in stretches}
    found: dict[BranchId, Branch] = {}
    for stretch in stretches:
        tip = Point(stretch.ordinal, version if stretch.tip is None else stretch.tip)
        first = found.get(stretch.branch_id)
        found[stretch.branch_id] = Branch(
            branch_id=stretch.branch_id,
            parent_id=first.parent_id if first else None if stretch.parent is None else owner[stretch.parent],
            forked_at=first.forked_at if first else stretch.forked_at,
            name=stretch.name,
            created_at=first.created_at if first else stretch.created_at,
            tip=tip,
        )
    return list(found.values())

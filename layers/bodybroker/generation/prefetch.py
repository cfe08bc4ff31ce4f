"""Which place to make next: the one that the player is most likely to need first, as far as slots and calls go.

A score is the sum of reasons in points: the player stands there, it is near, it lies ahead, something waits there. What
is under way goes on while it is worth that; else it is moot. Pure: the same situation gives the same schedule.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import isqrt
from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Exit, Point
from bodybroker.generation.prefetch_rules import GoalKind, PrefetchRules
from bodybroker.kernel.ids import EntityId

Waits = Literal["slots", "calls", "worth"]
"""Why a place is not begun: enough are in the making, too few calls are left, nothing speaks for it yet."""

Moot = Literal["made", "unworthy", "displaced"]
"""Why what is under way is given up: the place is there already, little speaks for it now, another is worth more."""


class Position(Struct, frozen=True):
    """Where the player is: in which place, where exactly on the district's ground, and where he looks (degrees, 0 to
    the east, counter-clockwise), as far as that is known."""

    place_id: EntityId
    at: Point | None = None
    heading: int | None = None


class Goal(Struct, frozen=True):
    """Something that waits at a place: `about` is the id of what it is, `due_minute` the game minute at which it is
    over."""

    kind: GoalKind
    place_id: EntityId
    about: str
    due_minute: int | None = None


class UnderWay(Struct, frozen=True):
    """A place in the making: `done` of its `calls` have been answered."""

    job_id: str
    place_id: EntityId
    calls: int
    done: int = 0


class Situation(Struct, frozen=True):
    """All that a schedule depends on. `ways` are the exits of every place; `made` the places that are there."""

    minute: int
    position: Position
    ways: Mapping[EntityId, tuple[Exit, ...]]
    walking_cm_per_minute: int
    goals: tuple[Goal, ...] = ()
    made: Set[EntityId] = frozenset()
    under_way: tuple[UnderWay, ...] = ()


class Reason(Struct, frozen=True):
    """What speaks for a place (or against it, below zero): `here`, `near`, `ahead`, or the kind of a goal `about`."""

    kind: str
    points: int
    about: str | None = None


class Wanted(Struct, frozen=True):
    """A place that is not made yet: what speaks for it, and the walk there in game minutes (None: there is no way)."""

    place_id: EntityId
    score: int
    minutes: int | None
    reasons: tuple[Reason, ...]


class Later(Struct, frozen=True):
    """A place that is not begun now, and why."""

    wanted: Wanted
    waits: Waits


class Kept(Struct, frozen=True):
    """A job that goes on, and what its place is worth now."""

    job: UnderWay
    wanted: Wanted


class Dropped(Struct, frozen=True):
    """A job that is moot, and why."""

    job: UnderWay
    why: Moot


class Schedule(Struct, frozen=True):
    """What to do now: `begin` in this order, let `keep` go on, `cancel` the moot; `later` is what waits."""

    begin: tuple[Wanted, ...]
    keep: tuple[Kept, ...]
    cancel: tuple[Dropped, ...]
    later: tuple[Later, ...]


Calls = Callable[[EntityId], int]
"""How many calls of a model a place takes; asked only of places that are worth beginning."""


def schedule(situation: Situation, budget: int, calls: Calls, rules: PrefetchRules) -> Schedule:
    """The schedule, while `budget` calls can be paid: those that jobs under way still lack count among them."""
    wanted = {each.place_id: each for each in rank(situation, rules)}
    plan = _Plan(rules, budget)
    for job in situation.under_way:
        plan.review(job, wanted.get(job.place_id))
    running = {kept.job.place_id for kept in plan.keep}
    for place in wanted.values():
        if place.place_id not in running:
            plan.consider(place, calls)
    return Schedule(tuple(plan.begin), tuple(plan.keep), tuple(plan.cancel), tuple(plan.later))


def rank(situation: Situation, rules: PrefetchRules) -> list[Wanted]:
    """Every place that is not made, the most wanted first."""
    walks = _walks(situation)
    found = []
    for place_id in situation.ways:
        if place_id in situation.made:
            continue
        walk = walks.get(place_id)
        reasons = tuple(_reasons(place_id, walk, situation, rules))
        found.append(Wanted(place_id, sum(reason.points for reason in reasons), walk[0] if walk else None, reasons))
    return sorted(found, key=lambda each: (-each.score, each.place_id))


@dataclass
class _Plan:
    """A schedule as it grows: jobs are reviewed first, then places are considered, the most wanted first."""

    rules: PrefetchRules
    left: int
    begin: list[Wanted] = field(default_factory=list)
    keep: list[Kept] = field(default_factory=list)
    cancel: list[Dropped] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)

    def review(self, job: UnderWay, place: Wanted | None) -> None:
        """Does a job go on, or is it moot?"""
        if place is None:
            self.cancel.append(Dropped(job, "made"))
        elif place.score < self.rules.worth.keep and not self._is_nearly_done(job):
            self.cancel.append(Dropped(job, "unworthy"))
        else:
            self.keep.append(Kept(job, place))
            self.left -= _lacking(job)

    def consider(self, place: Wanted, calls: Calls) -> None:
        """Is a place begun now, perhaps in the slot of another, or what does it wait for?"""
        if place.score < self.rules.worth.start:
            self.later.append(Later(place, "worth"))
            return
        is_full = len(self.keep) + len(self.begin) >= self.rules.slots
        loser = self._loser(place) if is_full else None
        if is_full and loser is None:
            self.later.append(Later(place, "slots"))
            return
        left = self.left - calls(place.place_id) + (_lacking(loser.job) if loser else 0)
        if left < 0:
            self.later.append(Later(place, "calls"))
            return
        if loser is not None:
            self.keep.remove(loser)
            self.cancel.append(Dropped(loser.job, "displaced"))
        self.left = left
        self.begin.append(place)

    def _loser(self, place: Wanted) -> Kept | None:
        """The job that gives its slot to `place`: the least wanted of all, where it is by far less wanted."""
        movable = [kept for kept in self.keep if not self._is_nearly_done(kept.job)]
        least = min(movable, key=lambda kept: (kept.wanted.score, kept.job.job_id), default=None)
        if least is None or place.score < least.wanted.score + self.rules.displaces_by:
            return None
        return least

    def _is_nearly_done(self, job: UnderWay) -> bool:
        return job.done * 1000 >= self.rules.nearly_done_per_mille * job.calls


def _lacking(job: UnderWay) -> int:
    return max(0, job.calls - job.done)


_Walk = tuple[int, tuple[int, ...]]
"""How many minutes a walk takes, and the door through which it begins (x and y; empty for who is there already)."""


def _walks(situation: Situation) -> dict[EntityId, _Walk]:
    """The shortest walk to every place that can be reached. From a known spot, the way to the first door is its own."""
    position = situation.position
    walks: dict[EntityId, _Walk] = {}
    ahead: list[tuple[int, tuple[int, ...], EntityId]] = [(0, (), position.place_id)]
    while ahead:
        minutes, door, place_id = heappop(ahead)
        if place_id in walks:
            continue
        walks[place_id] = minutes, door
        for way in situation.ways.get(place_id, ()):
            if place_id == position.place_id:
                step = _minutes_to(way, position.at, situation.walking_cm_per_minute)
                heappush(ahead, (step, (way.at.x_cm, way.at.y_cm), way.place_id))
            else:
                heappush(ahead, (minutes + way.minutes, door, way.place_id))
    return walks


def _minutes_to(way: Exit, at: Point | None, walking_cm_per_minute: int) -> int:
    if at is None:
        return way.minutes
    distance = abs(way.at.x_cm - at.x_cm) + abs(way.at.y_cm - at.y_cm)
    return -(-distance // walking_cm_per_minute)


def _reasons(place_id: EntityId, walk: _Walk | None, situation: Situation, rules: PrefetchRules) -> Iterator[Reason]:
    points, position = rules.points, situation.position
    if place_id == position.place_id:
        yield Reason("here", points.here)
    elif walk is not None:
        minutes, door = walk
        yield Reason("near", points.near * points.half_minutes // (points.half_minutes + minutes))
        if position.at is not None and position.heading is not None:
            yield Reason("ahead", points.ahead * _ahead(position.at, position.heading, Point(*door)) // 1000)
    for goal in situation.goals:
        left = None if goal.due_minute is None else goal.due_minute - situation.minute
        if goal.place_id == place_id and (left is None or left > 0):
            yield Reason(goal.kind, rules.goals.of(goal.kind).worth(left), goal.about)


def _ahead(at: Point, heading: int, door: Point) -> int:
    """The cosine between where one looks and where the door is, per mille; 0 for who stands in it."""
    east, north = door.x_cm - at.x_cm, door.y_cm - at.y_cm
    distance = isqrt(east * east + north * north)
    if distance == 0:
        return 0
    return (east * _sine(heading + 90) + north * _sine(heading)) // distance


def _sine(degrees: int) -> int:
    """The sine per mille in integers, at most 3 off: Bhaskara's approximation."""
    degrees %= 360
    if degrees >= 180:
        return -_sine(degrees - 180)
    square = degrees * (180 - degrees)
    return 4000 * square // (40500 - square)

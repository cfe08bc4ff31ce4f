"""Roads, and the ground between them: each road cuts a piece of ground in two, from road to road.

So every road begins and ends on an older one, and one can walk from each to every other, by construction.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from bodybroker.generation.city.layout import Junction, Street, StreetKind
from bodybroker.generation.entities import Point, Rectangle


@dataclass(eq=False, slots=True)
class Road:
    """A straight road along an axis: the line of its middle, its ends, and where others meet it."""

    kind: StreetKind
    name: str
    north: bool
    """Whether it runs to the north, at the longitude `at`; else to the east, at the latitude `at`."""
    at: int
    width: int
    ends: tuple[int, int]
    meets: list[int] = field(default_factory=list)
    stretches: list[Street] = field(default_factory=list)

    def meet(self, along: int) -> None:
        """Another road begins here."""
        i = bisect_right(self.meets, along)
        if not i or self.meets[i - 1] != along:
            insort(self.meets, along)

    def point(self, along: int) -> Point:
        """The spot on its middle, so far to the north or to the east."""
        return Point(self.at, along) if self.north else Point(along, self.at)

    def stretch(self, along: int) -> Street:
        """The part of it that leads past a door."""
        return self.stretches[min(max(bisect_right(self.meets, along) - 1, 0), len(self.stretches) - 1)]


class Ground(NamedTuple):
    """A piece of ground and the roads around it: to the west, east, south and north."""

    area: Rectangle
    around: tuple[Road, Road, Road, Road]

    def is_wide(self) -> bool:
        """Whether its longer side runs to the east."""
        return self.area.width_cm >= self.area.depth_cm

    def cut(self, kind: StreetKind, name: str, width: int, share: int) -> tuple["Ground", "Ground", Road]:
        """Two pieces and a new road between them, across the longer side at `share` per mille of it."""
        area, (west, east, south, north) = self.area, self.around
        if self.is_wide():
            begin = area.x_cm + (area.width_cm - width) * share // 1000
            road = _between(kind, name, True, begin + width // 2, width, south, north)
            left = Rectangle(area.x_cm, area.y_cm, begin - area.x_cm, area.depth_cm)
            end = begin + width
            right = Rectangle(end, area.y_cm, area.x_cm + area.width_cm - end, area.depth_cm)
            return Ground(left, (west, road, south, north)), Ground(right, (road, east, south, north)), road
        begin = area.y_cm + (area.depth_cm - width) * share // 1000
        road = _between(kind, name, False, begin + width // 2, width, west, east)
        low = Rectangle(area.x_cm, area.y_cm, area.width_cm, begin - area.y_cm)
        end = begin + width
        high = Rectangle(area.x_cm, end, area.width_cm, area.y_cm + area.depth_cm - end)
        return Ground(low, (west, east, south, road)), Ground(high, (west, east, road, north)), road


def _between(kind: StreetKind, name: str, north: bool, at: int, width: int, first: Road, last: Road) -> Road:
    first.meet(at)
    last.meet(at)
    return Road(kind, name, north, at, width, (first.at, last.at), [first.at, last.at])


def ring(width_cm: int, depth_cm: int, road_cm: int, names: tuple[str, str, str, str]) -> tuple[Ground, list[Road]]:
    """A city without districts: ground with an avenue on each side of it."""
    half = road_cm // 2
    roads = [
        Road("avenue", name, north, at, road_cm, (half, far), [half, far])
        for name, north, at, far in (
            (names[0], True, half, depth_cm - half),
            (names[1], True, width_cm - half, depth_cm - half),
            (names[2], False, half, width_cm - half),
            (names[3], False, depth_cm - half, width_cm - half),
        )
    ]
    inner = Rectangle(road_cm, road_cm, width_cm - 2 * road_cm, depth_cm - 2 * road_cm)
    west, east, south, north_road = roads
    return Ground(inner, (west, east, south, north_road)), roads


def stretched(roads: list[Road]) -> tuple[tuple[Junction, ...], tuple[Street, ...]]:
    """The junctions of all roads, and the stretches between them, which the roads remember."""
    junctions: dict[Point, Junction] = {}
    streets: list[Street] = []
    for road in roads:
        found = []
        for along in road.meets:
            at = road.point(along)
            if at not in junctions:
                junctions[at] = Junction(f"j{len(junctions) + 1}", at)
            found.append(junctions[at])
        for one, other in pairwise(found):
            street = Street(f"w{len(streets) + 1}", road.kind, road.name, (one.id, other.id), road.width)
            road.stretches.append(street)
            streets.append(street)
    return tuple(junctions.values()), tuple(streets)

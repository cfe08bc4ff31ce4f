"""Blocks and lots: what lies between the roads of a district."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from bodybroker.generation import names
from bodybroker.generation.city.layout import StreetKind
from bodybroker.generation.city.roads import Ground, Road
from bodybroker.generation.city.rules import CityRules, DistrictKind
from bodybroker.generation.entities import Point, Rectangle
from bodybroker.kernel.random import Stream


class Parcel(NamedTuple):
    """A lot, before its kind is settled: its ground, its door, and the road in front of that."""

    kind: str
    area: Rectangle
    door: Point
    road: Road

    @property
    def along(self) -> int:
        """Where along its road the door is."""
        return self.door.y_cm if self.road.north else self.door.x_cm


def blocks(
    rules: CityRules, kind: DistrictKind, ground: Ground, stream: Stream, taken: set[str]
) -> tuple[list[Ground], list[Road]]:
    """The blocks of a district, and the streets and alleys between them."""
    found: list[Ground] = []
    roads: list[Road] = []
    open_ = [ground]
    while open_:
        piece = open_.pop()
        length = max(piece.area.width_cm, piece.area.depth_cm)
        road: StreetKind = "street" if length > kind.block_cm else "alley"
        narrow = length < 2 * kind.frontage_cm.low + rules.widths.alley.high
        if road == "alley" and (narrow or not stream.chance(kind.alleys)):
            found.append(piece)
            continue
        one, other, between = piece.cut(
            road,
            names.make(getattr(rules.names, road), stream, taken),
            getattr(rules.widths, road).draw(stream),
            rules.cut.draw(stream),
        )
        roads.append(between)
        if road == "alley":
            found += [one, other]
        else:
            open_ += [other, one]
    return found, roads


def lots(kind: DistrictKind, block: Ground, stream: Stream) -> list[Parcel]:
    """What a block is parted into: one lot, or rows of lots along its longer sides, with yards between them."""
    if stream.chance(kind.whole_blocks):
        return [whole(stream.weighted(sorted(kind.wholes.items())), block, stream)]
    chances = sorted(kind.lots.items())
    bounds = list(accumulate(weight for _, weight in chances))
    return [
        _parcel(chances[bisect_right(bounds, stream.below(bounds[-1]))][0], area, block, side)
        for area, side in _rows(kind, block, stream)
    ]


def whole(kind: str, block: Ground, stream: Stream) -> Parcel:
    """A block that is a single lot."""
    return _parcel(kind, block.area, block, stream.below(4))


def _rows(kind: DistrictKind, block: Ground, stream: Stream) -> Iterator[tuple[Rectangle, int]]:
    """Areas of lots, and towards which side of the block their doors are."""
    area, wide = block.area, block.is_wide()
    length, depth = (area.width_cm, area.depth_cm) if wide else (area.depth_cm, area.width_cm)
    deep = min(depth // 2, kind.lot_depth_cm)
    for far in (False, True):
        begin = 0
        across = depth - deep if far else 0
        for end in _cuts(kind, length, stream):
            if wide:
                yield Rectangle(area.x_cm + begin, area.y_cm + across, end - begin, deep), 2 + far
            else:
                yield Rectangle(area.x_cm + across, area.y_cm + begin, deep, end - begin), 0 + far
            begin = end


def _cuts(kind: DistrictKind, length: int, stream: Stream) -> list[int]:
    """Where lots end along a row: each as wide as its frontage, what is left shared between the last ones."""
    cuts: list[int] = []
    at = 0
    while length - at >= 2 * kind.frontage_cm.low:
        at += min(kind.frontage_cm.draw(stream), (length - at) // 2)
        cuts.append(at)
    return [*cuts, length]


def _parcel(kind: str, area: Rectangle, block: Ground, side: int) -> Parcel:
    """`side`: the road that its door opens onto, as in `Ground.around`."""
    if side < 2:
        door = Point(area.x_cm + side * area.width_cm, area.y_cm + area.depth_cm // 2)
    else:
        door = Point(area.x_cm + area.width_cm // 2, area.y_cm + (side - 2) * area.depth_cm)
    return Parcel(kind, area, door, block.around[side])

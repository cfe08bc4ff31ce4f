"""Which house holds which district: each as many as it has quarters, side by side as far as that goes."""

from collections.abc import Iterator, Sequence

from bodybroker.generation.city.layout import Street
from bodybroker.generation.city.roads import Road
from bodybroker.generation.city.rules import House
from bodybroker.generation.entities import Rectangle
from bodybroker.kernel.random import Stream

Neighbours = list[set[int]]


def held(houses: dict[str, House], near: Neighbours, stream: Stream) -> list[str]:
    """Per district, the kind of house that holds it. The mightiest choose first, each in the tightest corner left."""
    holder = [""] * len(near)
    order = stream.sample(sorted(houses), len(houses))
    for house in sorted(order, key=lambda kind: -houses[kind].quarters):
        mine: set[int] = set()
        for _ in range(houses[house].quarters):
            free = [i for i, by in enumerate(holder) if not by]
            beside = [i for i in free if near[i] & mine]
            best = min(beside or free, key=lambda i: (sum(not holder[j] for j in near[i]), -len(near[i] & mine), i))
            holder[best] = house
            mine.add(best)
    return holder


def neighbours(areas: Sequence[Rectangle], gap_cm: int) -> Neighbours:
    """Per district, those that face it across an avenue of at most `gap_cm`."""
    near: Neighbours = [set() for _ in areas]
    for i, a in enumerate(areas):
        for j in range(i):
            if _face(a, areas[j], gap_cm):
                near[i].add(j)
                near[j].add(i)
    return near


def fronts(roads: list[Road], areas: Sequence[Rectangle], holder: Sequence[str]) -> dict[str, list[Street]]:
    """Per house, the stretches of avenue on whose other side another house rules."""
    found: dict[str, list[Street]] = {}
    for road in roads:
        beside = [part for off in (-1, 1) for part in _beside(road, off, areas, holder)]
        for street, begin, end in zip(road.stretches, road.meets, road.meets[1:], strict=False):
            middle = (begin + end) // 2
            sides = {house for low, high, house in beside if low <= middle < high}
            if len(sides) == 2:
                for house in sides:
                    found.setdefault(house, []).append(street)
    return found


def _face(a: Rectangle, b: Rectangle, gap_cm: int) -> bool:
    """Whether two areas lie at most so far from each other, and not only corner to corner."""
    apart_x = max(a.x_cm, b.x_cm) - min(a.x_cm + a.width_cm, b.x_cm + b.width_cm)
    apart_y = max(a.y_cm, b.y_cm) - min(a.y_cm + a.depth_cm, b.y_cm + b.depth_cm)
    return (apart_x < 0 and apart_y <= gap_cm) or (apart_y < 0 and apart_x <= gap_cm)


def _beside(road: Road, off: int, areas: Sequence[Rectangle], holder: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """From where to where who holds what lies just beside a road: west or south of it (-1), east or north of it (1)."""
    line = road.at + off * (road.width // 2 + 2)
    for area, house in zip(areas, holder, strict=True):
        if road.north and 0 <= line - area.x_cm < area.width_cm:
            yield area.y_cm, area.y_cm + area.depth_cm, house
        elif not road.north and 0 <= line - area.y_cm < area.depth_cm:
            yield area.x_cm, area.x_cm + area.width_cm, house

"""What is wrong with a city: streets that lead nowhere, doors without a street, ground that is used twice."""

from collections.abc import Iterator

from bodybroker.generation.city.layout import CityLayout, Lot, Street
from bodybroker.generation.entities import Point, Rectangle


def faults(layout: CityLayout) -> tuple[str, ...]:
    """All of it; empty for a sound city."""
    return (*_unreachable(layout), *_doors(layout), *_overlaps(layout), *_holdings(layout))


def _unreachable(layout: CityLayout) -> Iterator[str]:
    near: dict[str, list[str]] = {junction.id: [] for junction in layout.junctions}
    for street in layout.streets:
        one, other = street.joins
        near[one].append(other)
        near[other].append(one)
    first = layout.junctions[0].id
    reached, open_ = {first}, [first]
    while open_:
        fresh = [other for other in near[open_.pop()] if other not in reached]
        reached.update(fresh)
        open_ += fresh
    yield from (f"{name} cannot be reached from {first}" for name in near if name not in reached)


def _doors(layout: CityLayout) -> Iterator[str]:
    at = {junction.id: junction.at for junction in layout.junctions}
    streets = {street.id: street for street in layout.streets}
    for lot in layout.lots:
        street = streets.get(lot.street)
        if street is None or not _fronts(lot, street, at[street.joins[0]], at[street.joins[1]]):
            yield f"{lot.id} does not open onto {lot.street}"


def _fronts(lot: Lot, street: Street, begin: Point, end: Point) -> bool:
    """Whether the door lies on the lot's edge and on the street's, between its two junctions."""
    door, area = lot.door, lot.area
    on_x = door.x_cm in (area.x_cm, area.x_cm + area.width_cm)
    on_y = door.y_cm in (area.y_cm, area.y_cm + area.depth_cm)
    if begin.x_cm == end.x_cm:
        away, within = abs(door.x_cm - begin.x_cm), begin.y_cm <= door.y_cm <= end.y_cm
        return on_x and within and away <= street.width_cm // 2 + 1
    away, within = abs(door.y_cm - begin.y_cm), begin.x_cm <= door.x_cm <= end.x_cm
    return on_y and within and away <= street.width_cm // 2 + 1


def _overlaps(layout: CityLayout) -> Iterator[str]:
    """Lots within their block, blocks within their district, and none on another one."""
    districts = {district.id: district.area for district in layout.districts}
    blocks = {block.id: block.area for block in layout.blocks}
    yield from _nested([(block.id, block.area, block.district) for block in layout.blocks], districts)
    yield from _nested([(lot.id, lot.area, lot.block) for lot in layout.lots], blocks)
    yield from _twice([(district.id, district.area) for district in layout.districts])


def _nested(parts: list[tuple[str, Rectangle, str]], wholes: dict[str, Rectangle]) -> Iterator[str]:
    inside: dict[str, list[tuple[str, Rectangle]]] = {}
    for name, area, whole in parts:
        inside.setdefault(whole, []).append((name, area))
        if whole not in wholes or not wholes[whole].holds(area):
            yield f"{name} does not lie in {whole}"
    for group in inside.values():
        yield from _twice(group)


def _twice(group: list[tuple[str, Rectangle]]) -> Iterator[str]:
    for i, (name, a) in enumerate(group):
        for other, b in group[:i]:
            if a.overlaps(b):
                yield f"{name} lies on {other}"


def _holdings(layout: CityLayout) -> Iterator[str]:
    """Every district is held by one house, and by the one that it names."""
    held = [(name, territory.house) for territory in layout.territories for name in territory.districts]
    if sorted(held) != sorted((district.id, district.house) for district in layout.districts):
        yield "territories and districts disagree on who holds what"
    if sum(district.home for district in layout.districts) != 1:
        yield "there must be one home district"

"""What is wrong with a building: every guarantee, checked on the layout alone and in other ways."""

from collections.abc import Iterator

from bodybroker.generation.buildings import navigation
from bodybroker.generation.buildings.escape import routes_out
from bodybroker.generation.buildings.layout import BuildingLayout, Space
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM, OUTSIDE, LocalId, Opening


def faults(layout: BuildingLayout) -> tuple[str, ...]:
    """Every broken guarantee in words; none for a good building."""
    broken = (*_references(layout), *_spaces(layout))
    if broken:
        return broken
    return (*_openings(layout), *_props(layout), *_spots(layout), *_walks(layout), *_escapes(layout), *_sights(layout))


def _references(layout: BuildingLayout) -> Iterator[str]:
    """Ids are unique and name what is there."""
    spaces, keys = {space.id for space in layout.spaces}, {key.id for key in layout.keys}
    openings = {opening.id for opening in layout.openings}
    things = (layout.spaces, layout.openings, layout.keys, layout.props, layout.spawns)
    ids = [thing.id for group in things for thing in group]
    if len(ids) != len(set(ids)) or OUTSIDE in ids:
        yield "ids are not unique"
    named = [(layout.goal, spaces), (layout.entrance, openings)]
    named += [(refuge, spaces) for refuge in layout.refuges]
    named += [(thing.within, spaces) for group in (layout.keys, layout.props, layout.spawns) for thing in group]
    named += [(lock, keys) for space in layout.spaces for lock in space.locks]
    for opening in layout.openings:
        named += [(side, spaces | {OUTSIDE}) for side in opening.joins]
        named += [(opening.lock, keys)] if opening.lock else []
        named += [(opening.opens_from, set(opening.joins))] if opening.opens_from else []
    for sight in layout.sights:
        named += [(space, spaces) for space in sight.spaces] + [(way, openings) for way in sight.through]
    for name, known in named:
        if name not in known:
            yield f"{name} is named and not there"
    locks = {opening.lock for opening in layout.openings}
    yield from (f"{key} opens nothing" for key in sorted(keys - locks))


def _spaces(layout: BuildingLayout) -> Iterator[str]:
    """Spaces lie on the grid within the outer walls, a wall apart."""
    ground = Rectangle(CELL_CM, CELL_CM, layout.width_cm - 2 * CELL_CM, layout.depth_cm - 2 * CELL_CM)
    for i, space in enumerate(layout.spaces):
        area = space.area
        if any(length % CELL_CM for length in (area.x_cm, area.y_cm, area.width_cm, area.depth_cm)):
            yield f"{space.id} is not on the grid"
        if min(area.width_cm, area.depth_cm) < CELL_CM or not ground.holds(area):
            yield f"{space.id} is not within the outer walls"
        walled = Rectangle(
            area.x_cm - CELL_CM, area.y_cm - CELL_CM, area.width_cm + 2 * CELL_CM, area.depth_cm + 2 * CELL_CM
        )
        for other in layout.spaces[:i]:
            if walled.overlaps(other.area):
                yield f"{space.id} and {other.id} share no wall, they touch"


def _openings(layout: BuildingLayout) -> Iterator[str]:
    """Every opening lies in the wall between exactly the two spaces that it joins; no two take the same wall."""
    spaces = {space.id: space for space in layout.spaces}
    seen: list[tuple[LocalId, Rectangle]] = []
    entrance = next(opening for opening in layout.openings if opening.id == layout.entrance)
    if OUTSIDE not in entrance.joins or not entrance.passable or entrance.lock or entrance.opens_from:
        yield f"{entrance.id} is the entrance and not open from outside"
    for opening in layout.openings:
        area = navigation.area_of(opening)
        yield from (f"{opening.id} and {other} overlap" for other, taken in seen if area.overlaps(taken))
        seen.append((opening.id, area))
        if not _fits_its_wall(opening, area, spaces, layout):
            yield f"{opening.id} is not in the wall between {opening.joins[0]} and {opening.joins[1]}"


def _fits_its_wall(opening: Opening, area: Rectangle, spaces: dict[LocalId, Space], layout: BuildingLayout) -> bool:
    first, second = opening.joins
    if first in (OUTSIDE, second):
        return False
    if second == OUTSIDE and spaces[first].area.holds(area):
        return True  # a hatch in the floor
    if any(area.overlaps(space.area) for space in layout.spaces):
        return False
    dx, dy = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}.get(opening.at.yaw, (0, 0))
    before = Rectangle(area.x_cm - dx * CELL_CM, area.y_cm - dy * CELL_CM, area.width_cm, area.depth_cm)
    behind = Rectangle(area.x_cm + dx * CELL_CM, area.y_cm + dy * CELL_CM, area.width_cm, area.depth_cm)
    if second == OUTSIDE:
        ground = Rectangle(0, 0, layout.width_cm, layout.depth_cm)
        return spaces[first].area.holds(before) and not ground.overlaps(behind)
    return spaces[first].area.holds(before) and spaces[second].area.holds(behind)


def _props(layout: BuildingLayout) -> Iterator[str]:
    """Props stand within their spaces; those that block stand on cells of their own, and before no way through."""
    spaces = {space.id: space for space in layout.spaces}
    taken: dict[LocalId, list[tuple[LocalId, Rectangle]]] = {space.id: [] for space in layout.spaces}
    for opening in layout.openings:
        for side in opening.joins:
            if opening.passable and side != OUTSIDE:
                taken[side].append((opening.id, _doorway(opening, spaces)))
    for prop in layout.props:
        if not spaces[prop.within].area.holds(prop.area):
            yield f"{prop.id} is not within {prop.within}"
        if not prop.blocks:
            continue
        beside = taken[prop.within]
        yield from (f"{prop.id} stands in or before {other}" for other, area in beside if area.overlaps(prop.area))
        beside.append((prop.id, prop.area))


def _spots(layout: BuildingLayout) -> Iterator[str]:
    """Spawns and keys are on free cells within their spaces; the player comes in by the entrance."""
    grid = navigation.free(layout)
    spaces = {space.id: space for space in layout.spaces}
    things = [(thing.id, thing.within, thing.at) for thing in layout.spawns]
    things += [(thing.id, thing.within, thing.at) for thing in layout.keys]
    for name, within, at in things:
        if not grid.is_free(at) or not spaces[within].area.holds(Rectangle(at.x_cm, at.y_cm, 1, 1)):
            yield f"{name} is not on a free cell of {within}"
    entrance = next(opening for opening in layout.openings if opening.id == layout.entrance)
    players = [spawn for spawn in layout.spawns if spawn.kind == "player"]
    if [spawn.within for spawn in players] != [entrance.joins[0]]:
        yield "the player does not start behind the entrance"


def _walks(layout: BuildingLayout) -> Iterator[str]:
    """One finds every key before its lock and then reaches every free cell; no space can be had without its keys."""
    locked = navigation.free(layout, ())
    held: set[LocalId] = set()
    while True:
        grid = navigation.unlocked(locked, layout, held)
        reached = grid.flood(navigation.ways_in(layout, held))
        found = {key.id for key in layout.keys if navigation.covers(reached, key.at)}
        if found <= held:
            break
        held |= found
    yield from (f"{key.id} cannot be reached" for key in layout.keys if key.id not in held)
    yield from (
        f"{space.id} cannot be reached in full" for space in layout.spaces if not _is_reached(space, grid, reached)
    )
    everything = {key.id for key in layout.keys}
    for key in layout.keys:
        others = everything - {key.id}
        reached = navigation.unlocked(locked, layout, others).flood(navigation.ways_in(layout, others))
        for space in layout.spaces:
            if any(navigation.within(reached, space.area)) is (key.id in space.locks):
                yield f"{space.id} is {'not ' * (key.id not in space.locks)}reached without {key.id}"


def _is_reached(space: Space, grid: navigation.Grid, reached: navigation.Rows) -> bool:
    cells = navigation.within(grid.rows, space.area)
    return any(cells) and cells == navigation.within(reached, space.area)


def _escapes(layout: BuildingLayout) -> Iterator[str]:
    """From every refuge two ways lead out that share no space."""
    for refuge in layout.refuges:
        if routes_out(layout, refuge) < 2:
            yield f"{refuge} has no second way out"


def _sights(layout: BuildingLayout) -> Iterator[str]:
    """Lines of sight pass openings that one can look through, from the one space to the other."""
    openings = {opening.id: opening for opening in layout.openings}
    for sight in layout.sights:
        ends = set(sight.spaces)
        for way in sight.through:
            ends ^= set(openings[way].joins)
        if not sight.through or ends or not all(openings[way].sight for way in sight.through):
            yield f"{sight.spaces[0]} does not see {sight.spaces[1]}"


def _doorway(opening: Opening, spaces: dict[LocalId, Space]) -> Rectangle:
    """The cells right before and behind it; those of a hatch itself."""
    area = navigation.area_of(opening)
    if spaces[opening.joins[0]].area.holds(area):
        side, half = opening.width_cm, opening.width_cm // 2
        return Rectangle(opening.at.x_cm - half, opening.at.y_cm - half, side, side)
    if opening.at.yaw in (90, 270):
        return Rectangle(area.x_cm, area.y_cm - CELL_CM, area.width_cm, 3 * CELL_CM)
    return Rectangle(area.x_cm - CELL_CM, area.y_cm, 3 * CELL_CM, area.depth_cm)


def _grown(area: Rectangle, by_cm: int) -> Rectangle:
    return Rectangle(area.x_cm - by_cm, area.y_cm - by_cm, area.width_cm + 2 * by_cm, area.depth_cm + 2 * by_cm)

"""Props that specialists wish for become props that stand somewhere, and none of them stands in anybody's way."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from bodybroker.generation import grounds
from bodybroker.generation.assembly_rules import Rules
from bodybroker.generation.drafts import Draft
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.grounds import Ground
from bodybroker.generation.layouts import CELL_CM, LocalId, Prop
from bodybroker.generation.locations import Described, Entity
from bodybroker.generation.street import PropSize
from bodybroker.kernel.random import Stream


def furnish(draft: Draft, described: Sequence[Described], rules: Rules) -> tuple[Described, ...]:
    """Everybody's wishes as they stand, made anew from draft, wishes and order alone.

    A wish is left out that finds no free floor in its entity's area, or only such as would cut off what can be reached.
    """
    ground = grounds.of(draft.layout, rules.assembly.placing.reach_cm)
    found: list[Described] = []
    number = 0
    for each in described:
        placed = tuple(_placed(each, ground, number, draft.seed, rules))
        number += len(placed)
        found.append(replace(each, placed=placed))
    return tuple(found)


def parts_of(entity: Entity, ground: Ground) -> list[LocalId]:
    """Where an entity's props may go: a room's into it, an NPC's to where it stands, a place's anywhere."""
    if entity.id in ground.areas:
        return [entity.id]
    if entity.kind == "place" or (entity.kind == "exterior" and not ground.is_indoors):
        return list(ground.areas)
    return [entity.within] if entity.within in ground.areas else []


def _placed(each: Described, ground: Ground, number: int, seed: int, rules: Rules) -> Iterator[Prop]:
    parts = parts_of(each.entity, ground)
    for wish in each.addition.props:
        size = rules.props.get(wish.kind)
        if size is None or not parts:
            continue
        stream = Stream(seed, "props", each.entity.id, wish.kind)
        for _ in range(wish.count):
            found = _find(size, parts, ground, stream, rules.assembly.placing.tries)
            if found is None:
                continue
            number += 1
            part, footprint, yaw = found
            area = _in_cm(footprint)
            prop = Prop(f"w{number}", wish.kind, part, area, yaw, size.height_cm, size.blocks, size.cover)
            ground.block([prop])
            yield prop


def _find(
    size: PropSize, parts: Sequence[LocalId], ground: Ground, stream: Stream, tries: int
) -> tuple[LocalId, Rectangle, int] | None:
    """A part, a footprint in cells and a yaw; None where `tries` places in turn would not do.

    What blocks goes to a wall or to something that stands already, if it can: that is where furniture stands.
    """
    second: tuple[LocalId, Rectangle, int] | None = None
    for _ in range(tries):
        part = stream.choice(parts)
        yaw = 90 * stream.below(4)
        across, along = _cells(size, turned=yaw % 180 == 90)
        area = ground.areas[part]
        if across > area.width_cm or along > area.depth_cm:
            continue
        column = area.x_cm + stream.below(area.width_cm - across + 1)
        row = area.y_cm + stream.below(area.depth_cm - along + 1)
        footprint = Rectangle(column, row, across, along)
        if not is_free(footprint, ground) or (size.blocks and not keeps_ways(footprint, ground)):
            continue
        if not size.blocks or _leans(footprint, ground):
            return part, footprint, yaw
        second = second or (part, footprint, yaw)
    return second


def _cells(size: PropSize, turned: bool) -> tuple[int, int]:
    width, depth = -(-size.width_cm // CELL_CM), -(-size.depth_cm // CELL_CM)
    return (depth, width) if turned else (width, depth)


def _in_cm(footprint: Rectangle) -> Rectangle:
    return Rectangle(
        footprint.x_cm * CELL_CM, footprint.y_cm * CELL_CM, footprint.width_cm * CELL_CM, footprint.depth_cm * CELL_CM
    )


def is_free(footprint: Rectangle, ground: Ground) -> bool:
    """Whether a prop may cover these cells: all free, nothing on them, none to be kept."""
    return all(
        ground.free[cell] and cell not in ground.kept and cell not in ground.taken
        for cell in _inside(footprint, ground)
    )


def keeps_ways(footprint: Rectangle, ground: Ground) -> bool:
    """Whether all that was reachable stays so when these free cells no longer are.

    Whoever walked through them can walk around them where the free cells along their edge hang together. (That asks
    more than is needed: a longer way round is not looked for.)
    """
    ring = list(_ring(footprint, ground))
    free = [cell is not None and bool(ground.free[cell]) for cell, _ in ring]
    corners = [is_corner for _, is_corner in ring]
    count = len(free)
    for index in range(count):  # a lone corner touches the footprint nowhere
        if corners[index] and not free[index - 1] and not free[(index + 1) % count]:
            free[index] = False
    runs = sum(1 for index in range(count) if free[index] and not free[index - 1])
    return runs == 1 or all(free)


def _inside(footprint: Rectangle, ground: Ground) -> Iterator[int]:
    for row in range(footprint.y_cm, footprint.y_cm + footprint.depth_cm):
        for column in range(footprint.x_cm, footprint.x_cm + footprint.width_cm):
            yield row * ground.columns + column


def _ring(footprint: Rectangle, ground: Ground) -> Iterator[tuple[int | None, bool]]:
    """The cells around a footprint in order, each beside the one before; None outside the grid; whether a corner."""
    west, south = footprint.x_cm - 1, footprint.y_cm - 1
    east, north = footprint.x_cm + footprint.width_cm, footprint.y_cm + footprint.depth_cm
    spots = [(column, south) for column in range(west, east)]
    spots += [(east, row) for row in range(south, north)]
    spots += [(column, north) for column in range(east, west, -1)]
    spots += [(west, row) for row in range(north, south, -1)]
    for column, row in spots:
        inside = 0 <= column < ground.columns and 0 <= row < ground.rows
        yield row * ground.columns + column if inside else None, column in (west, east) and row in (south, north)


def _leans(footprint: Rectangle, ground: Ground) -> bool:
    return any(
        not is_corner and (cell is None or not ground.free[cell]) for cell, is_corner in _ring(footprint, ground)
    )

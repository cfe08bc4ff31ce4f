"""Doors in shared walls, shortcuts between branches, ways to flee, windows."""

from collections.abc import Sequence

from bodybroker.generation.buildings import ways
from bodybroker.generation.buildings.measuring import WALL
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import Catalogue, Plan
from bodybroker.generation.buildings.walls import Gap, Strip, Walls, shared
from bodybroker.kernel.random import Stream


def cut(rooms: Sequence[Room], walls: Walls, plan: Plan, catalogue: Catalogue, stream: Stream) -> list[Room]:
    """Puts all openings into the walls, the entrance first; the rooms from which two ways lead out."""
    _doors(rooms, walls, catalogue, stream)
    _shortcuts(rooms, walls, plan, catalogue, stream)
    refuges = _exits(rooms, walls, plan, catalogue, stream)
    _windows(rooms, walls, catalogue)
    return refuges


def _doors(rooms: Sequence[Room], walls: Walls, catalogue: Catalogue, stream: Stream) -> None:
    """The entrance, and a door to every room from the one that it lies off."""
    for room in rooms:
        rule = catalogue.doors[room.plan.door]
        strip = shared(room.parent, room) if room.parent else next(walls.outer(room))
        assert strip is not None, "the slicing puts each room beside the one that it lies off"
        at = walls.room_for(strip, min(rule.width_cells, strip.length), stream)
        assert at is not None, "each of these doors has its wall to itself"
        if room.parent is None:
            walls.add(Gap(room.plan.door, room, None, at, sight=rule.sight))
        else:
            walls.add(Gap(room.plan.door, room.parent, room, at, room.key, rule.sight))


def _shortcuts(rooms: Sequence[Room], walls: Walls, plan: Plan, catalogue: Catalogue, stream: Stream) -> None:
    """Doors between neighbours that are far from each other in the mission; none leads around a lock."""
    wanted = plan.shortcuts.draw(stream)
    public = [room for room in rooms if not room.plan.private]
    found = [
        (room, other, strip)
        for i, room in enumerate(public)
        for other in public[:i]
        if room.x + room.width >= other.x - WALL and room.y + room.depth >= other.y - WALL
        if room.x <= other.x + other.width + WALL and room.y <= other.y + other.depth + WALL
        if room.keys == other.keys and room.parent is not other and (strip := shared(other, room)) is not None
    ]
    found = sorted(stream.sample(found, len(found)), key=lambda pair: -_steps(pair[0], pair[1]))
    length = catalogue.doors[plan.shortcut].width_cells
    for room, other, strip in found[:wanted]:
        at = walls.room_for(strip, length, stream)
        if at is not None:
            walls.add(Gap(plan.shortcut, other, room, at, sight=catalogue.doors[plan.shortcut].sight))


def _steps(room: Room, other: Room) -> int:
    """How many doors lie between two rooms in the mission; each has a greater number than the one it lies off."""
    steps = 0
    while room is not other:
        if room.number < other.number:
            room, other = other, room
        assert room.parent is not None, "all rooms lie off the entrance"
        room = room.parent
        steps += 1
    return steps


def _exits(rooms: Sequence[Room], walls: Walls, plan: Plan, catalogue: Catalogue, stream: Stream) -> list[Room]:
    """Ways out of every refuge that has not two of them; who leaves by one cannot come back around a lock."""
    refuges = [room for room in rooms if room.kind in plan.refuges]
    for room in refuges:
        if ways.has_two(room, walls.gaps, len(rooms)):
            continue
        kind, at = _way_out(room, walls, plan, catalogue, stream)
        rule = catalogue.doors[kind]
        only_out = rule.one_way or bool(room.keys)
        walls.add(
            Gap(kind, room, None, at, sight=rule.sight and not rule.in_floor, only_out=only_out, in_floor=rule.in_floor)
        )
    return refuges


def _way_out(room: Room, walls: Walls, plan: Plan, catalogue: Catalogue, stream: Stream) -> tuple[str, Strip]:
    """The first kind of exit that fits the room; the last kind of every plan lies in the floor and always fits."""
    for kind in plan.exits:
        rule = catalogue.doors[kind]
        if rule.in_floor:
            side = min(rule.width_cells, room.width, room.depth)
            x, y = room.x + stream.below(room.width - side + 1), room.y + stream.below(room.depth - side + 1)
            return kind, Strip(x, y, side, side, 0)
        for strip in stream.sample(outer := list(walls.outer(room)), len(outer)):
            at = walls.room_for(strip, rule.width_cells, stream)
            if at is not None:
                return kind, at
    raise AssertionError("plans end their exits with one in the floor")


def _windows(rooms: Sequence[Room], walls: Walls, catalogue: Catalogue) -> None:
    """Windows at even distances; nobody climbs through one around a lock."""
    for room in rooms:
        if room.plan.windows is None:
            continue
        rule = catalogue.windows[room.plan.windows]
        for strip in walls.outer(room):
            count = strip.length // rule.every_cells
            for i in range(count):
                start = (2 * i + 1) * strip.length // (2 * count) - rule.width_cells // 2
                if 0 <= start <= strip.length - rule.width_cells and walls.is_free(strip, start, rule.width_cells):
                    passable = rule.passable and not room.keys
                    at = strip.part(start, rule.width_cells)
                    walls.add(Gap(room.plan.windows, room, None, at, sight=True, passable=passable))

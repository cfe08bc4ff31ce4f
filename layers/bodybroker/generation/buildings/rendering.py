"""From cells and rooms to the layout: ids, cm, degrees."""

from collections.abc import Sequence
from typing import NamedTuple

from bodybroker.generation.buildings.furniture import Stand
from bodybroker.generation.buildings.layout import BuildingKind, BuildingLayout, Sight, Space
from bodybroker.generation.buildings.mission import Mission, Room
from bodybroker.generation.buildings.rules import Plan
from bodybroker.generation.buildings.sights import Line
from bodybroker.generation.buildings.spawning import Settled
from bodybroker.generation.buildings.walls import Gap, Walls
from bodybroker.generation.entities import Provenance, Rectangle
from bodybroker.generation.layouts import CELL_CM, OUTSIDE, Key, LocalId, Opening, Prop, Spawn, Spot
from bodybroker.kernel.random import Stream


class Built(NamedTuple):
    """All that a building was made of, in cells."""

    kind: BuildingKind
    plan: Plan
    mission: Mission
    walls: Walls
    refuges: Sequence[Room]
    stands: Sequence[Stand]
    settled: Settled
    seen: dict[tuple[int, int], Line]


def render(built: Built, stream: Stream, provenance: Provenance) -> BuildingLayout:
    """All of it as the engine reads it."""
    rooms, walls = built.mission.rooms, built.walls
    ids = [f"r{i}" for i in range(1, len(rooms) + 1)]
    keys = [f"k{i}" for i in range(1, len(built.mission.lies_in) + 1)]
    gaps = [f"d{i}" for i in range(1, len(walls.gaps) + 1)]
    lying = zip(keys, built.mission.lies_in, built.settled.keys, strict=True)
    places = enumerate(built.settled.places, start=1)
    return BuildingLayout(
        kind=built.kind,
        width_cm=walls.width * CELL_CM,
        depth_cm=walls.depth * CELL_CM,
        entrance=gaps[0],
        goal=next(ids[room.number] for room in rooms if room.kind == built.plan.goal),
        refuges=tuple(ids[room.number] for room in built.refuges),
        spaces=_spaces(built, ids, keys, stream),
        openings=tuple(_opening(own, gap, ids, keys) for own, gap in zip(gaps, walls.gaps, strict=True)),
        keys=tuple(Key(key, ids[room.number], at) for key, room, at in lying),
        props=tuple(_prop(f"p{i}", stand, ids) for i, stand in enumerate(built.stands, start=1)),
        spawns=tuple(Spawn(f"s{i}", place.kind, ids[place.room.number], place.at) for i, place in places),
        sights=tuple(
            Sight((ids[one], ids[two]), tuple(gaps[i] for i in through), length * CELL_CM)
            for (one, two), (length, through) in sorted(built.seen.items())
        ),
        provenance=provenance,
    )


def _spaces(built: Built, ids: Sequence[LocalId], keys: Sequence[LocalId], stream: Stream) -> tuple[Space, ...]:
    ceiling = built.plan.ceiling_cm.draw(stream)
    return tuple(
        Space(
            id=ids[room.number],
            kind=room.kind,
            area=_area(room.x, room.y, room.width, room.depth),
            height_cm=0 if room.plan.roofless else ceiling,
            light=room.plan.light.draw(stream),
            locks=tuple(keys[number] for number in sorted(room.keys)),
        )
        for room in built.mission.rooms
    )


def _area(x: int, y: int, width: int, depth: int) -> Rectangle:
    return Rectangle(x * CELL_CM, y * CELL_CM, width * CELL_CM, depth * CELL_CM)


def _opening(own: LocalId, gap: Gap, ids: Sequence[LocalId], keys: Sequence[LocalId]) -> Opening:
    at = gap.at
    room = ids[gap.room.number]
    return Opening(
        id=own,
        kind=gap.kind,
        joins=(room, OUTSIDE if gap.other is None else ids[gap.other.number]),
        at=Spot((2 * at.x + at.width) * CELL_CM // 2, (2 * at.y + at.depth) * CELL_CM // 2, at.yaw),
        width_cm=max(at.width, at.depth) * CELL_CM,
        lock=None if gap.key is None else keys[gap.key],
        sight=gap.sight,
        passable=gap.passable,
        opens_from=room if gap.only_out else None,
    )


def _prop(own: LocalId, stand: Stand, ids: Sequence[LocalId]) -> Prop:
    rule = stand.rule
    return Prop(own, stand.kind, ids[stand.room.number], stand.area, stand.yaw, rule.height_cm, rule.blocks, rule.cover)

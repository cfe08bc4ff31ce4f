"""What leads where: a tree of rooms from the entrance, which doors are locked, and where each key may lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bodybroker.generation.buildings.rules import Plan, RoomPlan, cells
from bodybroker.generation.parameters import Range
from bodybroker.kernel.random import Stream

_SPREAD_PER_MILLE = 350
"""How far a room's number strays from what the building's size suggests."""


@dataclass(slots=True, eq=False)
class Room:
    """A room of the mission, and where the slicing puts it (in cells, without its walls).

    `key` is the number of the key that opens the door to it, `keys` all that one needs to come here from outside.
    The slicing notes: how much space it wants with all that is behind it (`share`, `weight`), the least region that
    suffices (`along` the wall that its door is in, `deep` behind it) when dealt by `wings`, and the least when it takes
    that whole wall (`front`), where it may.
    """

    kind: str
    plan: RoomPlan
    parent: "Room | None"
    least: int
    passage: int | None
    number: int = 0
    off: list["Room"] = field(default_factory=list)
    key: int | None = None
    keys: frozenset[int] = frozenset()
    share: int = 0
    weight: int = 0
    along: int = 0
    deep: int = 0
    wings: "tuple[Sequence[Room], Sequence[Room], Sequence[Room]]" = ((), (), ())
    front: tuple[int, int] | None = None
    x: int = 0
    y: int = 0
    width: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Mission:
    """All rooms, each after the one that it lies off; `lies_in[n]` is the room where key n lies."""

    rooms: list[Room]
    lies_in: list[Room]


def draw(plan: Plan, size_per_mille: int, stream: Stream) -> Mission:
    """A mission for a building of that size: 0 asks for the least of everything, 1000 for the most."""
    rooms = _rooms(plan, size_per_mille, stream) if size_per_mille > 0 else least(plan)
    return Mission(rooms, _hide_keys(_lock(rooms, plan.goal, stream), rooms, stream))


def least(plan: Plan) -> list[Room]:
    """The rooms of the smallest building of this kind, its passages as wide as may be: what always has to fit."""
    return _rooms(plan, 0, None)


def _rooms(plan: Plan, size_per_mille: int, stream: Stream | None) -> list[Room]:
    rooms = [_room(plan, plan.entrance, None, stream)]
    for room in rooms:
        for kind in plan.leads_to[room.kind]:
            for _ in range(_count(plan.rooms[kind].count, size_per_mille, stream)):
                another = _room(plan, kind, room, stream)
                another.number = len(rooms)
                room.off.append(another)
                rooms.append(another)
    return rooms


def _room(plan: Plan, kind: str, parent: Room | None, stream: Stream | None) -> Room:
    own = plan.rooms[kind]
    passage = None
    if own.passage_cm is not None:
        passage = cells(own.passage_cm.draw(stream) if stream else own.passage_cm.high)
    return Room(kind, own, parent, passage or cells(own.least_cm), passage)


def _count(count: Range, size_per_mille: int, stream: Stream | None) -> int:
    if stream is None or count.low == count.high:
        return count.low
    wanted = size_per_mille + stream.between(-_SPREAD_PER_MILLE, _SPREAD_PER_MILLE)
    return count.low + ((count.high - count.low) * min(max(wanted, 0), 1000) + 500) // 1000


def _lock(rooms: list[Room], goal: str, stream: Stream) -> list[Room]:
    """Locks doors by their plans; the rooms behind the locked ones, in the order in which their keys are found.

    The goal's keys come last, so that they may lie behind all other locks.
    """
    locked = [room for room in rooms if room.plan.lock is not None and stream.chance(room.plan.lock.chance)]
    locked.sort(key=lambda room: room.kind == goal)
    for n, room in enumerate(locked):
        room.key = n
    for room in rooms:
        room.keys = room.parent.keys if room.parent else frozenset()
        if room.key is not None:
            room.keys |= {room.key}
    return locked


def _hide_keys(locked: list[Room], rooms: list[Room], stream: Stream) -> list[Room]:
    """Key n lies where one comes with keys 0..n-1 at most; so all are found in order, each before its lock."""
    lies_in = []
    for n, behind in enumerate(locked):
        held = frozenset(range(n))
        reached = [room for room in rooms if room.keys <= held]
        assert behind.plan.lock is not None
        meant = [room for room in reached if room.kind in behind.plan.lock.key_in]
        ends = [room for room in reached if room.passage is None and room.parent is not None]
        lies_in.append(stream.choice(meant or ends or reached))
    return lies_in

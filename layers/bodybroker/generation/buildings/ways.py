"""Whether two ways lead out of a room that share no other room."""

from collections.abc import Sequence

from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.walls import Gap


def has_two(room: Room, gaps: Sequence[Gap], rooms: int) -> bool:
    """Whether who stands in `room`, with the keys that brought them there, can leave on two ways apart.

    After Menger: if no single room lies on all ways to the outside, two of them share none. A room on all ways also
    lies on the one by which one came, so only those need a look.
    """
    outside = 1 << rooms
    leads = [0] * rooms
    straight_out = 0
    for gap in gaps:
        if not gap.passable or (gap.key is not None and gap.key not in room.keys):
            continue
        leads[gap.room.number] |= outside if gap.other is None else 1 << gap.other.number
        if gap.other is not None and not gap.only_out:
            leads[gap.other.number] |= 1 << gap.room.number
        straight_out += gap.room is room and gap.other is None
    if straight_out:
        leads[room.number] &= ~outside
        return straight_out > 1 or _leaves(leads, room.number, 0, outside)
    before = room.parent
    while before is not None:
        if not _leaves(leads, room.number, 1 << before.number, outside):
            return False
        before = before.parent
    return room.parent is not None


def _leaves(leads: list[int], start: int, avoided: int, outside: int) -> bool:
    """Whether one comes outside from `start` without the `avoided` rooms (a bit for each)."""
    seen = avoided | 1 << start
    open_to = leads[start] & ~seen
    while open_to:
        if open_to & outside:
            return True
        step = open_to & -open_to
        seen |= step
        open_to = (open_to | leads[step.bit_length() - 1]) & ~seen
    return False

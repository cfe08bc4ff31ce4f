"""Bare dungeons: rooms apart, all of them connected."""

from hashlib import sha256

import pytest
from bodybroker.generation.buildings import InvalidRequest, rooms_and_corridors


def reached(dungeon, start):
    seen, waiting = {start}, [start]
    while waiting:
        x, y = waiting.pop()
        for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if cell not in seen and dungeon.floor[cell[1] * dungeon.width + cell[0]]:
                seen.add(cell)
                waiting.append(cell)
    return seen


@pytest.mark.parametrize("size", [(80, 45), (45, 80), (7, 7), (13, 200)])
def test_every_cell_of_every_dungeon_is_reached(size):
    for seed in range(120):
        dungeon = rooms_and_corridors(seed, *size)
        first = dungeon.rooms[0]
        assert len(reached(dungeon, (first.x, first.y))) == sum(dungeon.floor)
        for room in dungeon.rooms:
            assert room.x >= 1 and room.y >= 1 and room.width >= 4 and room.height >= 4
            assert room.x + room.width < size[0] and room.y + room.height < size[1]
            for y in range(room.y, room.y + room.height):
                assert all(dungeon.floor[y * size[0] + room.x : y * size[0] + room.x + room.width])


def test_rooms_do_not_touch_and_are_as_many_as_in_the_task():
    for seed in range(60):
        rooms = rooms_and_corridors(seed, 80, 45).rooms
        assert 28 <= len(rooms) <= 32
        for i, a in enumerate(rooms):
            for b in rooms[:i]:
                assert a.x > b.x + b.width or b.x > a.x + a.width or a.y > b.y + b.height or b.y > a.y + a.height


def test_the_same_dungeon_on_every_machine():
    digest = sha256(b"".join(bytes(rooms_and_corridors(seed, 80, 45).floor) for seed in range(20))).hexdigest()
    assert digest == "30633621d746b67bcdb2bbc298012e1adb8d28023cea9bcab9320292148a3bac"


def test_absurd_dungeons_are_refused_with_every_reason():
    with pytest.raises(InvalidRequest) as refused:
        rooms_and_corridors(-1, 3, 10**9)
    assert [fault.split(" ")[0] for fault in refused.value.faults] == ["seed", "width", "height"]

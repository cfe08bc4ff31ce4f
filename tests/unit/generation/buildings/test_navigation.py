"""The flood fill reaches what a plain search reaches; additions must leave a building whole."""

import pytest
from bodybroker.generation import buildings
from bodybroker.generation.buildings import navigation
from bodybroker.generation.buildings.navigation import Grid
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM, Prop, Spot
from hypothesis import given
from hypothesis import strategies as st


def spot(x, y):
    return Spot(x * CELL_CM + CELL_CM // 2, y * CELL_CM + CELL_CM // 2)


def plain_search(rows, width, start):
    seen, waiting = set(), [start]
    while waiting:
        x, y = waiting.pop()
        if 0 <= x < width and 0 <= y < len(rows) and rows[y] >> x & 1 and (x, y) not in seen:
            seen.add((x, y))
            waiting += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
    return seen


@given(data=st.data(), width=st.integers(1, 40))
def test_flooding_reaches_what_a_plain_search_reaches(data, width):
    row = st.integers(0, 2**width - 1) | st.integers(0, 2**width - 1).map(lambda bits: bits | bits >> 1 | bits << 1)
    rows = [bits & 2**width - 1 for bits in data.draw(st.lists(row, min_size=1, max_size=14))]
    start = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, len(rows) - 1))
    reached = Grid(width, rows).flood([spot(*start)])
    cells = {(x, y) for y, bits in enumerate(reached) for x in range(width) if bits >> x & 1}
    assert cells == plain_search(rows, width, start)


def test_a_flood_from_several_starts_reaches_what_each_reaches():
    rows = [0b0110110, 0b0100010]
    assert Grid(7, rows).flood([spot(1, 0), spot(4, 0)]) == rows
    assert Grid(7, rows).flood([spot(1, 0)]) == [0b0000110, 0b0000010]
    assert Grid(7, rows).flood([spot(0, 0), spot(99, 99), spot(3, -1)]) == [0, 0]


@pytest.fixture(scope="module")
def morgue(rules):
    return buildings.generate("morgue", 7, rules)


def block(area, *, blocks=True):
    return Prop("p9999", "crate", "r1", area, 0, 100, blocks)


def test_a_building_is_whole_and_stays_so_with_what_one_steps_over(morgue):
    assert navigation.is_whole(morgue, [])
    space = morgue.spaces[0].area
    assert navigation.is_whole(morgue, [block(space, blocks=False)])


def test_what_stands_in_a_doorway_leaves_no_building_whole(morgue):
    for opening in morgue.openings:
        if opening.passable and opening.opens_from is None:
            assert not navigation.is_whole(morgue, [block(navigation.area_of(opening))])


def test_what_stands_on_a_spawn_or_a_key_leaves_no_building_whole(morgue):
    for thing in (*morgue.spawns, *morgue.keys):
        assert not navigation.is_whole(morgue, [block(Rectangle(thing.at.x_cm, thing.at.y_cm, 1, 1))])


def test_what_locks_a_corner_in_leaves_no_building_whole(morgue):
    grid = navigation.free(morgue)
    for space in morgue.spaces:
        x, y = space.area.x_cm // CELL_CM, space.area.y_cm // CELL_CM
        if all(grid.is_free(spot(*cell)) for cell in ((x, y), (x + 1, y), (x, y + 1))):
            cells = [
                Rectangle(area_x * CELL_CM, area_y * CELL_CM, 50, 50) for area_x, area_y in ((x + 1, y), (x, y + 1))
            ]
            assert navigation.is_whole(morgue, [block(cells[0])]) or navigation.is_whole(morgue, [block(cells[1])])
            assert not navigation.is_whole(morgue, [block(cell) for cell in cells])
            return
    raise AssertionError("every corner is taken")


def test_without_keys_one_comes_less_far(morgue):
    locked = navigation.free(morgue, ()).flood(navigation.ways_in(morgue))
    opened = navigation.free(morgue).flood(navigation.ways_in(morgue))
    for space in morgue.spaces:
        assert any(navigation.within(opened, space.area))
        assert any(navigation.within(locked, space.area)) is not bool(space.locks)

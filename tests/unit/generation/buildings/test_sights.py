"""One sees through open doors in a straight line, not through walls, and not past what hides a person."""

import pytest
from bodybroker.generation.buildings import sights
from bodybroker.generation.buildings.furniture import Stand
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import PropRule
from bodybroker.generation.buildings.walls import Gap, Strip
from bodybroker.generation.entities import Rectangle


def room(number, x):
    made = Room("cell", None, None, 4, None, number)
    made.x, made.y, made.width, made.depth = x, 1, 4, 6
    return made


@pytest.fixture
def row():
    """Three rooms of 4 by 6 cells in a row, with gaps of two cells in line between them."""
    rooms = [room(0, 1), room(1, 6), room(2, 11)]
    gaps = [
        Gap("archway", rooms[0], rooms[1], Strip(5, 3, 1, 2, 0), sight=True),
        Gap("archway", rooms[1], rooms[2], Strip(10, 3, 1, 2, 0), sight=True),
    ]
    return rooms, gaps


def prop(rooms, cover):
    rule = PropRule(width_cm=50, depth_cm=50, height_cm=200, cover=cover)
    return Stand("thing", rule, rooms[1], Rectangle(350, 200, 50, 50), 0)


def test_one_sees_through_all_gaps_that_are_in_line(row):
    rooms, gaps = row
    seen = sights.find(rooms, gaps, [], 16, 8)
    assert seen == {(0, 1): (14, (0,)), (1, 2): (14, (1,)), (0, 2): (14, (0, 1))}


def test_a_solid_door_hides_what_is_behind(row):
    rooms, gaps = row
    assert sights.find(rooms, [gaps[0], gaps[1]._replace(sight=False)], [], 16, 8) == {(0, 1): (9, (0,))}


def test_only_what_hides_a_standing_person_cuts_the_line(row):
    rooms, gaps = row
    assert (0, 2) in sights.find(rooms, gaps, [prop(rooms, "low")], 16, 8)
    seen = sights.find(rooms, gaps, [prop(rooms, "full")], 16, 8)
    assert (0, 2) not in seen and {(0, 1), (1, 2)} == seen.keys()


def test_gaps_out_of_line_show_only_the_next_room(row):
    rooms, gaps = row
    seen = sights.find(rooms, [gaps[0], gaps[1]._replace(at=Strip(10, 5, 1, 2, 0))], [], 16, 8)
    assert seen.keys() == {(0, 1), (1, 2)}

"""Whoever breaks a guarantee is found out: every check is shown a building that it must refuse."""

import pytest
from bodybroker.generation import buildings
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import OUTSIDE, Opening, Spot
from msgspec.structs import replace


@pytest.fixture(scope="module")
def good(rules):
    made = buildings.generate("morgue", 7, rules)
    assert buildings.faults(made) == ()
    return made


def swapped(things, index, **changes):
    """The same things, one of them changed."""
    return tuple(replace(thing, **changes) if i == index else thing for i, thing in enumerate(things))


def moved(area, x_cm=0, y_cm=0):
    return Rectangle(area.x_cm + x_cm, area.y_cm + y_cm, area.width_cm, area.depth_cm)


def doors(made, keep):
    return replace(made, openings=tuple(opening for opening in made.openings if keep(opening)))


def index_of(things, wanted):
    return next(i for i, thing in enumerate(things) if wanted(thing))


def goal_key(made):
    return next(space for space in made.spaces if space.id == made.goal).locks[-1]


def lock_its_own_key_in(made):
    key = goal_key(made)
    goal = next(space for space in made.spaces if space.id == made.goal)
    at = next(spawn.at for spawn in made.spawns if spawn.within == goal.id)
    return replace(made, keys=swapped(made.keys, index_of(made.keys, lambda k: k.id == key), within=goal.id, at=at))


def deny_the_locks(made):
    i = index_of(made.spaces, lambda space: space.id == made.goal)
    return replace(made, spaces=swapped(made.spaces, i, locks=()))


def open_the_fire_door_from_outside(made):
    goal = next(space for space in made.spaces if space.id == made.goal)
    i = index_of(made.openings, lambda opening: opening.joins == (goal.id, OUTSIDE) and opening.opens_from)
    area = goal.area
    hole = Opening("d999", "hole", (goal.id, OUTSIDE), Spot(area.x_cm + 25, area.y_cm + 25), 50)
    return replace(made, openings=(*made.openings[:i], hole, *made.openings[i + 1 :]))


def brick_up_the_ways_out(made):
    return doors(made, lambda opening: OUTSIDE not in opening.joins or opening.id == made.entrance)


def move_a_door(made):
    opening = made.openings[1]
    at = replace(opening.at, x_cm=opening.at.x_cm + 100_000)
    return replace(made, openings=swapped(made.openings, 1, at=at))


def see_through_a_solid_door(made):
    seen = made.sights[0].through[0]
    return replace(made, openings=swapped(made.openings, index_of(made.openings, lambda o: o.id == seen), sight=False))


def wall_in(made):
    """A ring of crates about a free cell."""
    space = made.spaces[0]
    prop = next(prop for prop in made.props if prop.blocks and prop.within == space.id)
    area = Rectangle(space.area.x_cm, space.area.y_cm + 50, space.area.width_cm, 50)
    return replace(made, props=(replace(prop, id="p999", area=area),), spawns=made.spawns[:1])


def stand_before_a_door(made):
    door = made.openings[0].at
    area = Rectangle(door.x_cm - 25, door.y_cm + 25, 50, 50)
    return replace(made, props=swapped(made.props, index_of(made.props, lambda p: p.blocks), area=area))


BROKEN = {
    "ids are not unique": lambda made: replace(made, props=(*made.props, made.props[0])),
    "is named and not there": lambda made: replace(made, goal="r999"),
    "k999 is named": lambda made: replace(made, openings=swapped(made.openings, 1, lock="k999")),
    "opens nothing": lambda made: replace(made, keys=(*made.keys, replace(made.keys[0], id="k999"))),
    "is not on the grid": lambda made: replace(
        made, spaces=swapped(made.spaces, 0, area=moved(made.spaces[0].area, 10))
    ),
    "within the outer walls": lambda made: replace(
        made, spaces=swapped(made.spaces, 0, area=moved(made.spaces[0].area, 0, -50))
    ),
    "they touch": lambda made: replace(made, spaces=swapped(made.spaces, 1, area=made.spaces[0].area)),
    "is the entrance and not open": lambda made: replace(made, entrance=made.openings[1].id),
    "overlap": lambda made: replace(made, openings=(*made.openings, replace(made.openings[1], id="d999"))),
    "is not in the wall between": move_a_door,
    "is not within": lambda made: replace(made, props=swapped(made.props, 0, area=moved(made.props[0].area, 100_000))),
    "stands in or before p": lambda made: replace(made, props=(*made.props, replace(made.props[0], id="p999"))),
    "stands in or before d": stand_before_a_door,
    "is not on a free cell": lambda made: replace(made, spawns=swapped(made.spawns, 1, at=Spot(25, 25))),
    "the player does not start": lambda made: replace(made, spawns=made.spawns[1:]),
    "cannot be reached": lock_its_own_key_in,
    "cannot be reached in full": wall_in,
    "is not reached without": deny_the_locks,
    "is reached without": open_the_fire_door_from_outside,
    "has no second way out": brick_up_the_ways_out,
    "does not see": see_through_a_solid_door,
}


@pytest.mark.parametrize("words", BROKEN)
def test_what_breaks_a_guarantee_is_found(good, words):
    assert any(words in fault for fault in buildings.faults(BROKEN[words](good)))


def test_a_room_that_no_door_leads_to_is_found(good):
    for space in good.spaces[1:]:
        cut = doors(good, lambda opening, space=space: space.id not in opening.joins)
        left = {opening.lock for opening in cut.openings}
        cut = replace(
            cut,
            sights=(),
            refuges=(),
            keys=tuple(key for key in cut.keys if key.id in left),
            spaces=tuple(
                replace(other, locks=tuple(lock for lock in other.locks if lock in left)) for other in cut.spaces
            ),
        )
        assert any(fault.startswith(f"{space.id} cannot be reached") for fault in buildings.faults(cut))

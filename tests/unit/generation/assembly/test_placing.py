"""Props where they stand: on free floor, and never in anybody's way."""

from typing import get_args

import pytest
from bodybroker.generation import assembly, buildings, placing
from bodybroker.generation.buildings import navigation
from bodybroker.generation.entities import PlaceKind, Rectangle
from bodybroker.generation.grounds import Ground, of
from bodybroker.generation.locations import Addition, Described, Made, PropWish
from bodybroker.generation.terrain import reach
from msgspec.structs import replace

WISHES = (PropWish("crate", 3), PropWish("shelf", 2), PropWish("candle", 2), PropWish("bed", 1), PropWish("statue", 1))


@pytest.fixture(scope="module")
def rules():
    return assembly.load()


def site(kind):
    haunts = tuple(assembly.Haunt(f"npc-{index}", "ghoul", f"Ghar {index}") for index in range(3))
    return assembly.SiteBrief("place-1", kind, "Number Nine", 4000, 4000, haunts)


def furnished(kind, seed, rules, wishes=WISHES):
    draft = assembly.begin(site(kind), seed, rules)
    given = [
        Described(each, Addition(each.id, props=wishes), Made(each.specialist, "model", 1)) for each in draft.entities
    ]
    return draft, placing.furnish(draft, given, rules)


@pytest.mark.parametrize("seed", range(12))
def test_a_furnished_building_is_as_walkable_as_before(rules, seed):
    """Told by the buildings' own navigation."""
    kinds = [kind for kind, ground in rules.assembly.sites.items() if ground.generator == "building"]
    draft, described = furnished(kinds[seed % len(kinds)], seed, rules)
    props = [prop for each in described for prop in each.placed]
    assert props
    assert navigation.is_whole(draft.layout, props)
    assert not buildings.faults(replace(draft.layout, props=(*draft.layout.props, *props)))


@pytest.mark.parametrize("seed", range(4))
def test_all_of_a_furnished_graveyard_can_still_be_reached(rules, seed):
    draft, described = furnished("graveyard", seed, rules)
    props = tuple(prop for each in described for prop in each.placed)
    assert props
    assert not reach.faults(replace(draft.layout, props=(*draft.layout.props, *props)))


@pytest.mark.parametrize("kind", get_args(PlaceKind))
def test_nothing_stands_in_anything_else(rules, kind):
    draft, described = furnished(kind, 5, rules)
    stands = [prop.area for prop in draft.layout.props if prop.blocks]
    for prop in (prop for each in described for prop in each.placed):
        assert not any(overlap(prop.area, other) for other in stands)
        if prop.blocks:
            stands.append(prop.area)


def test_props_stand_in_their_entitys_own_room(rules):
    draft, described = furnished("morgue", 3, rules)
    rooms = {space.id: space.area for space in draft.layout.spaces}
    checked = 0
    for each in described:
        for prop in each.placed:
            checked += 1
            assert prop.within == each.entity.id if each.entity.kind == "space" else prop.within in rooms
            assert inside(prop.area, rooms[prop.within])
    assert checked


def test_what_nobody_knows_or_what_does_not_fit_is_left_out(rules):
    wishes = (PropWish("spaceship", 1), PropWish("statue", 500))
    _, described = furnished("hideout", 3, rules, wishes)
    placed = [prop.kind for each in described for prop in each.placed]
    assert "spaceship" not in placed
    assert 0 < len(placed) < 500 * len(described)


def test_a_single_way_is_never_closed():
    """A corridor one cell wide, a dead end, and a floor so small that every cell of it counts."""
    corridor = Ground(5, 3, bytearray((0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0)))
    assert not placing.keeps_ways(Rectangle(2, 1, 1, 1), corridor)
    assert placing.keeps_ways(Rectangle(0, 1, 1, 1), corridor)
    assert not placing.keeps_ways(Rectangle(0, 0, 1, 1), Ground(1, 1, bytearray((1,))))


def test_one_walks_around_what_stands_on_open_floor():
    assert placing.keeps_ways(Rectangle(2, 2, 1, 1), Ground(5, 5, bytearray(b"\1" * 25)))
    assert placing.keeps_ways(Rectangle(0, 0, 2, 1), Ground(5, 5, bytearray(b"\1" * 25)))
    assert not placing.keeps_ways(Rectangle(0, 2, 5, 1), Ground(5, 5, bytearray(b"\1" * 25)))


def test_the_grid_of_a_layout_keeps_its_spots_free(rules):
    draft = assembly.begin(site("crypt"), 3, rules)
    ground = of(draft.layout, 600)
    assert all(
        ground.cell(spawn.at) in ground.kept and ground.free[ground.cell(spawn.at)] for spawn in draft.layout.spawns
    )


def overlap(one, other):
    return (
        one.x_cm < other.x_cm + other.width_cm
        and other.x_cm < one.x_cm + one.width_cm
        and one.y_cm < other.y_cm + other.depth_cm
        and other.y_cm < one.y_cm + one.depth_cm
    )


def inside(one, other):
    return (
        other.x_cm <= one.x_cm
        and other.y_cm <= one.y_cm
        and one.x_cm + one.width_cm <= other.x_cm + other.width_cm
        and one.y_cm + one.depth_cm <= other.y_cm + other.depth_cm
    )

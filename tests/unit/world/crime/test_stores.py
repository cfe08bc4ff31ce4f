"""What comes in at morgues and hospitals at dawn."""

import pytest
from msgspec.structs import replace


def next_dawn(world):
    """One dawn, with empty stores before it; returns how much came in by kind of place."""
    world.wait_for("night")
    empty = {place_id: replace(place, stock={}) for place_id, place in world.state.places.items()}
    world.state = replace(world.state, places=empty)
    world.wait_for("day")
    return {kind: len(world.state.places[world.place(kind)].stock) for kind in ("morgue", "hospital")}


def test_supply_depends_on_the_day_of_the_week(make_world, change):
    ten = {"restock": {"low": 10, "high": 10}, "capacity": 40, "supply_per_mille": [500, 1000, 2000]}
    world = make_world(rules=change(morgue=ten, hospital=ten | {"supply_per_mille": [0]}))
    came = [next_dawn(world) for _ in range(6)]
    assert [day["morgue"] for day in came] == [10, 20, 5, 10, 20, 5]
    assert {day["hospital"] for day in came} == {0}


def test_hospitals_are_better_stocked_better_guarded_and_watched(book, make_world):
    for seed in range(20):
        world = make_world(seed)
        hospital = world.state.places[world.place("hospital")]
        assert book.hospital.guards.low <= hospital.site.guards <= book.hospital.guards.high
        assert book.hospital.cameras.low <= hospital.site.cameras <= book.hospital.cameras.high
        assert all(item.quality >= book.hospital.quality.low for item in hospital.stock.values())
    assert book.hospital.quality.low > book.morgue.quality.low


@pytest.mark.parametrize("kind", ["morgue", "hospital"])
def test_stores_never_overflow(world, book, kind):
    for _ in range(40):
        world.do("wait", minutes=720)
    assert len(world.state.places[world.place(kind)].stock) == getattr(book, kind).capacity

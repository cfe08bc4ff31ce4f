"""Regions are shared out in full, nobody gets less than its least, and what fits by measure is placed."""

from bodybroker.generation.buildings import measuring, mission, slicing
from bodybroker.generation.buildings.layout import KINDS
from bodybroker.generation.buildings.shares import allot
from bodybroker.generation.buildings.walls import shared
from bodybroker.kernel.random import Stream
from hypothesis import given
from hypothesis import strategies as st


@given(
    parts=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9000)), min_size=1, max_size=8).filter(
        lambda parts: any(share for _, share in parts)
    ),
    spare=st.integers(0, 500),
)
def test_all_is_shared_out_and_nobody_gets_less_than_its_least(parts, spare):
    least, shares = [low for low, _ in parts], [share for _, share in parts]
    total = sum(least) + spare
    sizes = allot(total, least, shares)
    assert sum(sizes) == total
    assert all(size >= low for size, low in zip(sizes, least, strict=True))
    assert all(size == low for size, low, share in zip(sizes, least, shares, strict=True) if share == 0)


def test_shares_are_kept_where_there_is_space():
    assert allot(100, [5, 5, 5], [1, 2, 7]) == [10, 20, 70]
    assert allot(100, [40, 5, 5], [1, 2, 6]) == [40, 15, 45]
    assert allot(30, [10, 10, 10], [1, 100, 1]) == [10, 10, 10]


@given(
    kind=st.sampled_from(KINDS), seed=st.integers(0, 2**64 - 1), spare=st.tuples(st.integers(0, 9), st.integers(0, 9))
)
def test_a_region_that_suffices_by_measure_is_always_dealt(rules, kind, seed, spare):
    """Even where there is not a cell to waste; every room adjoins the one that leads to it."""
    stream = Stream(seed, "test")
    rooms = mission.draw(rules.plans[kind], stream.below(1001), stream).rooms
    measuring.measure(rooms, 0, 0)
    width, depth = rooms[0].along + spare[0], rooms[0].deep + spare[1]
    assert slicing.place(rooms[0], 1, 1, width, depth, "south", stream)
    for room in rooms:
        assert min(room.width, room.depth) >= room.least
        assert 1 <= room.x <= room.x + room.width <= width + 1
        assert 1 <= room.y <= room.y + room.depth <= depth + 1
        if room.parent is not None:
            strip = shared(room.parent, room)
            assert strip is not None and strip.length >= min(room.least, room.parent.least)
        for other in rooms[: room.number]:
            assert (
                room.x > other.x + other.width
                or other.x > room.x + room.width
                or room.y > other.y + other.depth
                or other.y > room.y + room.depth
            )

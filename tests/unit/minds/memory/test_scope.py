"""Memories in histories that branch: what is outside the lineage does not exist."""

import pytest
from bodybroker.kernel.ids import EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.memory.records import place, seq_of
from bodybroker.minds.memory.scope import scope
from bodybroker.world.branches import Piece, Point, Stretch, lineage
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.minds.memory.worlds import record

KEY = WorldKey(PlayerId("p"), WorldId("w"))
NPC = EntityId("npc")
STRETCHES = [
    Stretch(0, "a", None, 0, "", "", 30),
    Stretch(1, "b", 0, 12, "", "", 40),
    Stretch(2, "a", 0, 30, "", ""),
]


def test_a_place_is_ordered_by_its_event_and_exact_in_json():
    assert seq_of(place(5, 77)) == 77
    assert place(0, 2**32 - 1) < place(1, 0) < 2**53
    for ordinal, seq in ((-1, 1), (2**21, 1), (0, -1), (0, 2**32)):
        with pytest.raises(ValueError):
            place(ordinal, seq)


@pytest.mark.parametrize("pieces", [(), (Piece(0, 0, 3), Piece(1, 4, 9))])
def test_a_scope_needs_a_line_without_gaps(pieces):
    with pytest.raises(ValueError):
        scope(KEY, NPC, pieces)


@given(st.sampled_from([(0, 30), (1, 40), (2, 50)]), st.integers(1, 50), st.integers(0, 2), st.integers(1, 50))
def test_a_memory_is_there_exactly_where_its_event_lies_on_the_way(tip, version, ordinal, seq):
    here = Point(tip[0], max(min(version, tip[1]), STRETCHES[tip[0]].forked_at + 1))
    mine = scope(KEY, NPC, lineage(STRETCHES, here))
    on_the_way = {0: (0, 30), 1: (12, 40), 2: (30, 50)}
    parents = {0: (0,), 1: (0, 1), 2: (0, 2)}[here.ordinal]
    cut = {1: 12, 2: 30}.get(here.ordinal, here.version)
    limit = here.version if ordinal == here.ordinal else cut
    expected = ordinal in parents and on_the_way[ordinal][0] < seq <= min(limit, here.version)
    assert mine.holds(record(seq, 0, place=place(ordinal, seq))) == expected


def test_others_memories_are_not_there():
    mine = scope(KEY, NPC, [Piece(0, 0, 30)])
    assert not mine.holds(record(3, 0, npc_id=EntityId("another")))


def test_what_ended_after_the_fork_still_holds_before_it():
    old = record(5, 0)
    ended = (place(0, 20), place(1, 14))
    assert not scope(KEY, NPC, [Piece(0, 0, 30)]).holds(old, ended)
    assert scope(KEY, NPC, [Piece(0, 0, 19)]).holds(old, ended)
    assert scope(KEY, NPC, [Piece(0, 0, 12), Piece(1, 12, 13)]).holds(old, ended)
    assert not scope(KEY, NPC, [Piece(0, 0, 12), Piece(1, 12, 14)]).holds(old, ended)

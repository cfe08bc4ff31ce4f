"""Memories follow the log: whatever is late, repeated, cut off or rewound, they are what a straight reading gives."""

from dataclasses import replace

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId
from bodybroker.minds.memory.scope import scope
from bodybroker.ports.memories import Origin
from bodybroker.services.delete_branch import delete_branch
from bodybroker.world.branches import Point, lineage

from tests.fakes.memories import MemoryMemories, WordVectors
from tests.trials.night import Night
from tests.trials.oracle import gist, line_of, remembered

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
COMMANDS = 45
"""A night and some of the next: with a dawn between."""


def new_night(seed: int = 7) -> Night:
    return Night(PLAYER, seed, MemoryMemories(), WordVectors())


@pytest.fixture
def night() -> Night:
    return new_night()


def minds(night: Night) -> set:
    """What all NPCs remember where the world stands."""
    found = set()
    for npc_id in night.loaded.state.npcs:
        mine = night.mindful.scope(night.key, night.loaded.head, npc_id)
        found |= {gist(record) for record in night.memories.every(mine)}
    return found


def straight(night: Night) -> set:
    return {gist(record) for records in remembered(line_of(night)).values() for record in records}


def test_npcs_remember_what_a_straight_reading_of_the_log_gives(night):
    night.play(COMMANDS)
    assert night.chronicler.remember(night.key) == night.loaded.head.version
    assert minds(night) == straight(night)
    assert len(minds(night)) > 3
    assert any(event.event.__struct_config__.tag == "phase_changed" for _, event in line_of(night))


def test_it_makes_no_difference_how_often_it_is_told(night):
    for _ in range(COMMANDS):
        night.play(1)
        night.chronicler.remember(night.key)
        night.chronicler.remember(night.key)
    assert minds(night) == straight(night)
    before = dict(night.memories.kept)
    assert night.chronicler.remember(night.key) == 0
    assert night.memories.kept == before


def test_after_a_rewind_nobody_remembers_the_future_and_the_branch_that_was_left_still_does(night):
    night.play(COMMANDS)
    left, then = night.loaded.head.branch_id, straight(night)
    night.fork(night.loaded.head.version // 3)
    night.chronicler.remember(night.key)
    assert minds(night) == straight(night) < then
    night.play(10)
    night.chronicler.remember(night.key)
    assert minds(night) == straight(night)
    night.switch(left)
    night.chronicler.remember(night.key)
    assert minds(night) == straight(night) == then


def test_stretches_that_went_by_unseen_are_remembered_later(night):
    night.play(10)
    night.fork(night.loaded.head.version - 5)
    night.play(10)
    night.fork(night.loaded.head.version - 3, switch=False)
    night.play(10)
    night.chronicler.remember(night.key)
    assert minds(night) == straight(night)
    for stretch in night.store.stretches(night.key):
        tip = night.loaded.head.version if stretch.tip is None else stretch.tip
        assert night.memories.progress[Origin(night.key, stretch.branch_id, stretch.ordinal)] == tip


class Failing:
    """Memories that fail at the nth call, before or after it is done."""

    def __init__(self, inner: MemoryMemories, at: int, *, before: bool) -> None:
        self.inner, self.left, self.before = inner, at, before

    def __getattr__(self, name):
        call = getattr(self.inner, name)

        def guarded(*given, **named):
            self.left -= 1
            if self.left == 0 and self.before:
                raise Unavailable("cut")
            done = call(*given, **named)
            if self.left == 0:
                raise Unavailable("cut")
            return done

        return guarded


@pytest.mark.parametrize("before", [True, False])
def test_whatever_call_fails_the_next_run_carries_on(before):
    night = new_night()
    night.play(COMMANDS)
    expected, calls = straight(night), 0
    while True:
        calls += 1
        memories = MemoryMemories()
        night.memories = memories
        failing = Failing(memories, calls, before=before)
        chronicler = replace(night.chronicler, memories=failing)
        try:
            chronicler.remember(night.key)
        except Unavailable:
            chronicler.remember(night.key)
        assert minds(night) == expected, calls
        if failing.left > 0:
            break
    assert calls > 5


def test_without_the_embedding_model_memories_wait_until_it_is_back(night):
    night.play(COMMANDS)
    night.embeddings.down = True
    with pytest.raises(Unavailable):
        night.chronicler.remember(night.key)
    night.embeddings.down = False
    night.chronicler.remember(night.key)
    assert minds(night) == straight(night)
    assert all(kept.vector is not None for kept in night.memories.kept.values())


def test_a_rebuild_gives_the_same_memories_whatever_was_there(night):
    night.play(COMMANDS)
    night.chronicler.remember(night.key)
    kept = {place: (one.record, one.ended) for place, one in night.memories.kept.items()}
    night.memories.kept.pop(next(iter(night.memories.kept)))
    assert night.chronicler.rebuild(night.key) == night.loaded.head.version
    assert {place: (one.record, one.ended) for place, one in night.memories.kept.items()} == kept


def test_a_rebuild_begins_anew_when_the_world_moves_meanwhile(night):
    night.play(COMMANDS)

    class Moving:
        """While memories are forgotten, somebody plays on and another process remembers that."""

        left = 2

        def __getattr__(self, name):
            return getattr(night.memories, name)

        def forget_world(self, key):
            gone = night.memories.forget_world(key)
            if Moving.left:
                Moving.left -= 1
                night.play(1)
                night.memories.progress[Origin(key, night.loaded.head.branch_id, 0)] = night.loaded.head.version
            return gone

    replace(night.chronicler, memories=Moving()).rebuild(night.key)
    assert minds(night) == straight(night)


def test_a_deleted_branch_and_a_world_that_is_gone_leave_nothing(night):
    night.play(COMMANDS)
    left = night.loaded.head.branch_id
    night.fork(night.loaded.head.version // 3)
    night.play(5)
    night.chronicler.remember(night.key)
    side = night.loaded.head.branch_id
    night.switch(left)
    night.chronicler.remember(night.key)
    assert night.chronicler.forget_deleted_branches(night.key) == 0
    delete_branch(night.store, night.key, "delete", side)
    assert night.chronicler.forget_deleted_branches(night.key) > 0
    assert night.memories.branches(night.key) == {left}
    assert minds(night) == straight(night)
    night.store._worlds.clear()
    night.chronicler.remember(night.key)
    assert not night.memories.kept and not night.memories.progress


def test_the_scope_is_the_lineage_of_where_the_world_stands(night):
    night.play(10)
    night.fork(4)
    night.play(3)
    head, npc_id = night.loaded.head, next(iter(night.loaded.state.npcs))
    pieces = lineage(night.store.stretches(night.key), Point(head.ordinal, head.version))
    assert night.mindful.scope(night.key, head, npc_id) == scope(night.key, npc_id, pieces)
    assert [piece.up_to for piece in pieces] == [4, head.version]

"""Read models follow the log, whatever order the records come in, and can be made again from it."""

from dataclasses import asdict, replace

import pytest
from bodybroker.kernel.ids import WorldId, WorldKey
from bodybroker.kernel.json import canonical
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.project_events import SNAPSHOT_EVERY, project_world
from bodybroker.services.rebuild_projections import rebuild_world
from bodybroker.services.switch_branch import switch_branch

from tests.fakes.projections import MemoryProjections


@pytest.fixture
def projections() -> MemoryProjections:
    return MemoryProjections()


def rows(projections: MemoryProjections) -> bytes:
    return canonical([asdict(summary) for _, summary in sorted(projections.rows.items())])


def test_a_summary_shows_the_newest_state(game, projections):
    key = game.begin()
    outcome = game.wait(key, "one")
    assert project_world(game.store, projections, key)
    (summary,) = projections.list_worlds(key.player, None, 10)
    assert (summary.world_id, summary.last_seq, summary.name, summary.seed) == (key.world, 2, "night", 7)
    assert (summary.minute, summary.money_cents) == (outcome.state.minute, outcome.state.player.money_cents)


def test_a_repeated_or_late_record_changes_nothing(game, projections):
    key = game.begin()
    project_world(game.store, projections, key)
    before = rows(projections)
    assert not project_world(game.store, projections, key)
    assert rows(projections) == before


def test_a_rewound_world_shows_its_new_branch(game, projections):
    key = game.begin()
    for number in range(3):
        game.wait(key, f"wait-{number}")
    project_world(game.store, projections, key)
    rewound = branch_world(game.store, game.recorder, key, "back", Fork(2))
    assert project_world(game.store, projections, key)
    (summary,) = projections.list_worlds(key.player, None, 10)
    assert (summary.branch_id, summary.last_seq) == (rewound.head.branch_id, 3)


def test_a_branch_that_is_taken_up_again_shows_its_own_state(game, projections):
    key = game.begin()
    for number in range(3):
        game.wait(key, f"wait-{number}")
    left = game.store.load(key)
    branch_world(game.store, game.recorder, key, "back", Fork(2))
    project_world(game.store, projections, key)
    switched = switch_branch(game.store, game.recorder, key, "switch", left.head.branch_id)
    assert project_world(game.store, projections, key)
    (summary,) = projections.list_worlds(key.player, None, 10)
    assert (summary.branch_id, summary.last_seq) == (left.head.branch_id, left.head.version)
    assert (summary.minute, summary.ordinal) == (left.state.minute, switched.head.ordinal)
    projected = rows(projections)
    rebuild_world(game.store, projections, key)
    assert rows(projections) == projected


def test_a_fork_without_a_switch_leaves_the_summary_as_it_is(game, projections):
    key = game.begin()
    game.wait(key, "wait")
    project_world(game.store, projections, key)
    (before,) = projections.list_worlds(key.player, None, 10)
    branch_world(game.store, game.recorder, key, "fork", Fork(1, switch=False))
    project_world(game.store, projections, key)
    (after,) = projections.list_worlds(key.player, None, 10)
    assert replace(after, ordinal=before.ordinal) == before


def test_an_unknown_world_is_passed_over(game, projections):
    assert not project_world(game.store, projections, WorldKey("nobody", WorldId("nothing")))
    assert projections.rows == {}


def test_a_long_tail_gets_a_snapshot_once(game, projections):
    key = game.begin()
    while game.store.load(key).head.version < SNAPSHOT_EVERY - 1:
        game.wait(key, f"wait-{game.store.load(key).head.version}")
    project_world(game.store, projections, key)
    assert game.store.load(key).tail == SNAPSHOT_EVERY - 1
    game.wait(key, "last")
    project_world(game.store, projections, key)
    assert game.store.load(key).tail == 0


def test_rebuilding_gives_the_same_bytes_from_nothing_twice_and_over_damage(game, projections):
    keys = [game.begin(f"begin-{number}", seed=number) for number in range(3)]
    for number, key in enumerate(keys):
        for step in range(number + 1):
            game.wait(key, f"wait-{step}")
            project_world(game.store, projections, key)
    branch_world(game.store, game.recorder, keys[2], "back", Fork(2))
    project_world(game.store, projections, keys[2])
    projected = rows(projections)
    damaged = {where: replace(summary, last_seq=999, minute=-1) for where, summary in projections.rows.items()}
    for start in ({}, {}, damaged):
        rebuilt = MemoryProjections(dict(start))
        for key in keys:
            rebuild_world(game.store, rebuilt, key)
        assert rows(rebuilt) == projected


def test_a_rebuild_catches_up_with_a_world_that_moves_meanwhile(game, projections):
    key = game.begin()

    class Busy(MemoryProjections):
        def replace(self, player, summary):
            super().replace(player, summary)
            if summary.last_seq < 4:
                game.wait(key, f"meanwhile-{summary.last_seq}")

    busy = Busy()
    assert rebuild_world(game.store, busy, key) == 4
    assert busy.list_worlds(key.player, None, 1)[0].last_seq == 4


def test_a_world_that_is_gone_is_no_failure(game, projections):
    assert rebuild_world(game.store, projections, WorldKey("nobody", WorldId("nothing"))) == 0

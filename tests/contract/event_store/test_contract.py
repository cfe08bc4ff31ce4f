"""What every event store does, the one in memory and the one on DynamoDB."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec
import pytest
from bodybroker.kernel.errors import Conflict, NotFound, Refused
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey
from bodybroker.ports.worlds import Commit, Receipt, Repeated, Stale
from bodybroker.services.project_events import project_world
from bodybroker.services.read_world import read_tree
from bodybroker.world import state
from bodybroker.world.apply import fold

STRANGER = PlayerId("01890000-0000-7000-8000-000000000002")
THREADS, COMMANDS = 8, 50


def test_a_world_begins_once(game):
    key = game.begin()
    loaded = game.store.load(key)
    assert loaded.head.version == loaded.state.version == 1
    assert (loaded.head.name, loaded.head.ordinal) == ("night", 0)
    assert [stretch.parent for stretch in game.store.stretches(key)] == [None]


def test_beginning_again_with_the_same_id_gives_the_same_world(game):
    first = game.begin(command_id="begin")
    assert game.begin(command_id="begin") == first
    assert game.begin(player=STRANGER, command_id="begin") != first
    with pytest.raises(Refused) as refused:
        game.begin(seed=8, command_id="begin")
    assert refused.value.code == "idempotency_key_reused"


def test_a_world_that_is_not_there_is_not_found(game):
    key = WorldKey(STRANGER, WorldId("01890000-0000-7000-8000-00000000000f"))
    assert game.store.load(key) is None
    assert not game.store.stretches(key)
    with pytest.raises(NotFound):
        game.wait(key)


def test_a_world_is_only_found_under_its_player(game):
    key = game.begin()
    assert game.store.load(WorldKey(STRANGER, key.world)) is None


def test_commands_append_without_gaps(game):
    key = game.begin()
    outcomes = [game.wait(key, minutes=5) for _ in range(3)]
    history = game.history(key)
    assert [recorded.seq for recorded in history] == list(range(1, outcomes[-1].head.version + 1))
    folded = fold(recorded.event for recorded in history)
    assert state.hash(folded) == state.hash(game.store.load(key).state) == state.hash(outcomes[-1].state)
    assert len({recorded.event_id for recorded in history}) == len(history)


def test_a_commit_on_an_old_head_is_stale_and_writes_nothing(game):
    key = game.begin()
    old = game.store.load(key)
    game.wait(key)
    new = game.store.load(key)
    recorded = game.recorder.record([game.history(key, 1, 1)[0].event], 1, "late")
    late = Commit(old.head, replace(old.head, version=2), recorded, Receipt("late", "", key.world, 0, 2, 1))
    with pytest.raises(Stale) as stale:
        game.store.commit(key, late)
    assert stale.value.current_version == new.head.version
    assert game.store.load(key) == new
    assert game.store.receipt(key, "late") is None


def test_a_repeated_command_gives_the_first_result(game):
    key = game.begin()
    first = game.wait(key, minutes=3, command_id="once")
    game.wait(key, minutes=4)
    head = game.store.load(key).head
    again = game.wait(key, minutes=3, command_id="once")
    assert again.replayed and not first.replayed
    assert (again.head, again.recorded, again.state) == (first.head, first.recorded, first.state)
    assert game.store.load(key).head == head


def test_a_repeated_command_gives_the_first_result_after_a_rewind_too(game):
    key = game.begin()
    first = game.wait(key, command_id="once")
    game.rewind(key, 1)
    again = game.wait(key, command_id="once")
    assert (again.head.branch_id, again.head.version) == (first.head.branch_id, first.head.version)
    assert again.recorded == first.recorded


def test_a_repeated_command_wins_over_the_version_that_it_made_stale(game):
    key = game.begin()
    first = game.wait(key, command_id="once", expected=1)
    assert game.wait(key, command_id="once", expected=1).recorded == first.recorded


def test_an_id_with_another_payload_is_refused(game):
    key = game.begin()
    game.wait(key, minutes=3, command_id="once")
    head = game.store.load(key).head
    with pytest.raises(Refused) as refused:
        game.wait(key, minutes=4, command_id="once")
    assert refused.value.code == "idempotency_key_reused"
    assert game.store.load(key).head == head


def test_an_unexpected_version_is_a_conflict_at_once(game):
    key = game.begin()
    version = game.wait(key).head.version
    with pytest.raises(Conflict) as conflict:
        game.wait(key, expected=1)
    assert conflict.value.current_version == version
    assert game.wait(key, expected=version).head.version > version


def test_a_rewind_forks_and_switches(game):
    key = game.begin()
    kept = game.wait(key, minutes=10)
    game.wait(key, minutes=20)
    rewound = game.rewind(key, kept.head.version)
    assert rewound.head.version == kept.head.version + 1
    assert replace_version(rewound.state, kept.state.version) == kept.state
    loaded = game.store.load(key)
    assert loaded.head == rewound.head
    assert loaded.state == rewound.state
    root, fork = read_tree(game.store, key).branches()
    assert (fork.parent_id, fork.forked_at) == (root.branch_id, kept.head.version)
    assert fork.branch_id == loaded.head.branch_id
    assert root.branch_id == kept.head.branch_id


def test_history_follows_the_lineage_across_forks(game):
    key = game.begin()
    for _ in range(4):
        game.wait(key)
    game.rewind(key, 4)
    game.wait(key)
    game.rewind(key, 2)
    last = game.wait(key)
    history = game.history(key)
    assert [recorded.seq for recorded in history] == list(range(1, last.head.version + 1))
    kinds = [type(recorded.event).__name__ for recorded in history]
    assert kinds[2] == "WorldRewound" and kinds.count("WorldRewound") == 1
    assert fold(recorded.event for recorded in history) == last.state == game.store.load(key).state
    pages = [game.history(key, after, 1)[0] for after in range(last.head.version)]
    assert pages == list(history)
    assert not game.history(key, last.head.version, 10)


def test_every_version_of_every_branch_can_be_read(game):
    key = game.begin()
    states = {(0, 1): game.store.load(key).state}
    for _ in range(3):
        outcome = game.wait(key)
        states[0, outcome.head.version] = outcome.state
    rewound = game.rewind(key, 2)
    states[1, 3] = rewound.state
    for (ordinal, version), expected in states.items():
        assert game.store.state_at(key, ordinal, version) == expected
    assert game.store.state_at(key, 1, 2) == game.store.state_at(key, 0, 2)
    assert game.store.state_at(key, 1, 1) == states[0, 1]


def test_a_rewind_to_the_future_is_refused(game):
    key = game.begin()
    with pytest.raises(Refused) as refused:
        game.rewind(key, 2)
    assert refused.value.code == "no_such_version"
    assert len(game.store.stretches(key)) == 1


def test_a_repeated_rewind_is_one_rewind(game):
    key = game.begin()
    game.wait(key)
    first = game.rewind(key, 1, command_id="back")
    again = game.rewind(key, 1, command_id="back")
    assert again.replayed and again.head == first.head
    assert len(game.store.stretches(key)) == 2
    with pytest.raises(Refused) as refused:
        game.rewind(key, 2, command_id="back")
    assert refused.value.code == "idempotency_key_reused"


def test_a_snapshot_shortens_the_tail_and_changes_nothing(game):
    key = game.begin()
    for _ in range(5):
        game.wait(key)
    before = game.store.load(key)
    game.store.save_snapshot(key, 0, before.state)
    game.wait(key)
    after = game.store.load(key)
    assert before.tail == before.head.version
    assert after.tail == after.head.version - before.head.version
    history = game.history(key)
    assert fold(recorded.event for recorded in history) == after.state


def test_all_worlds_can_be_listed_page_by_page(game):
    keys = {game.begin(), game.begin(player=STRANGER), game.begin()}
    for key in keys:
        game.wait(key)
    found, cursor = list[WorldKey](), None
    while True:
        page, cursor = game.store.worlds(cursor, 2)
        found += page
        if cursor is None:
            break
    assert len(found) == 3 and set(found) == keys


def test_parallel_commands_leave_no_gap_and_neither_lose_nor_double_an_effect(game):
    key = game.begin()
    start = game.store.load(key).state.minute

    def client(thread: int) -> list[int]:
        versions = []
        for number in range(COMMANDS):
            while True:
                try:
                    versions.append(game.wait(key, command_id=f"{thread}-{number}").head.version)
                    break
                except Conflict:
                    continue
            if number % THREADS == thread:
                project_world(game.store, NoProjections(), key)
        return versions

    with ThreadPoolExecutor(THREADS) as pool:
        versions = [version for found in pool.map(client, range(THREADS)) for version in found]
    assert len(set(versions)) == THREADS * COMMANDS
    loaded = game.store.load(key)
    assert loaded.head.version == max(versions)
    assert loaded.state.minute == start + THREADS * COMMANDS
    history = game.history(key)
    assert [recorded.seq for recorded in history] == list(range(1, loaded.head.version + 1))
    assert fold(recorded.event for recorded in history) == loaded.state


def test_one_command_sent_in_parallel_happens_once(game):
    key = game.begin()
    start = game.store.load(key).state.minute

    def send(_: int) -> int:
        while True:
            try:
                return game.wait(key, minutes=7, command_id="once").head.version
            except Conflict:
                continue

    with ThreadPoolExecutor(THREADS) as pool:
        versions = set(pool.map(send, range(THREADS)))
    assert len(versions) == 1
    assert game.store.load(key).state.minute == start + 7


def test_a_receipt_of_the_same_id_stops_a_second_commit(game):
    key = game.begin()
    head = game.wait(key, command_id="once").head
    recorded = game.recorder.record([game.history(key, 1, 1)[0].event], head.version, "once")
    again = Commit(head, replace(head, version=head.version + 1), recorded, Receipt("once", "", key.world, 0, 0, 1))
    with pytest.raises(Repeated) as repeated:
        game.store.commit(key, again)
    assert repeated.value.receipt.version == head.version
    assert game.store.load(key).head == head


def replace_version(found: state.State, version: int) -> state.State:
    return msgspec.structs.replace(found, version=version)


class NoProjections:
    """For tests in which the projector only keeps snapshots."""

    def put(self, player, summary):
        return True

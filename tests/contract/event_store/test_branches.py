"""Branches on both stores: forked at any event, taken up again where they were left, deleted for good."""

import pytest
from bodybroker.kernel.errors import Conflict, NotFound, Refused
from bodybroker.services.branch_world import Fork
from bodybroker.services.delete_branch import sweep_world
from bodybroker.services.read_history import read_history
from bodybroker.services.read_world import read_tree
from bodybroker.services.rebuild_projections import rebuild_world
from bodybroker.services.seal_world import seal_world
from bodybroker.world import state
from bodybroker.world.apply import fold

from tests.contract.event_store.conftest import Game
from tests.fakes.projections import MemoryProjections


def refused(code):
    return pytest.raises(Refused, check=lambda error: error.code == code)


def branches(game, key):
    return {branch.branch_id: branch for branch in read_tree(game.store, key).branches()}


def active(game, key):
    return game.store.load(key).head.branch_id


@pytest.fixture
def key(game):
    """A world whose first branch has come to version 5 and whose second, forked after 3, is active at 6."""
    key = game.begin()
    for _ in range(4):
        game.wait(key)
    game.rewind(key, 3)
    for _ in range(2):
        game.wait(key, minutes=10)
    return key


@pytest.fixture
def root(game, key):
    return read_tree(game.store, key).branches()[0]


def test_branches_say_whence_they_came_and_how_far(game, key, root):
    _, fork = branches(game, key).values()
    assert (root.parent_id, root.forked_at, root.name, root.tip.version) == (None, 0, "main", 5)
    assert (fork.parent_id, fork.forked_at, fork.tip.version) == (root.branch_id, 3, 6)


def test_a_branch_is_taken_up_where_it_was_left(game, key, root):
    left = game.store.load(key)
    then = game.store.state_at(key, 0, 5)
    switched = game.switch(key, root.branch_id)
    assert (switched.head.branch_id, switched.head.version) == (root.branch_id, 5)
    assert state.hash(switched.state) == state.hash(then) == state.hash(game.store.load(key).state)
    assert game.store.load(key).head == switched.head
    back = game.switch(key, left.head.branch_id)
    assert (back.head.version, state.hash(back.state)) == (6, state.hash(left.state))
    assert [branch.tip.version for branch in branches(game, key).values()] == [5, 6]


def test_a_branch_goes_on_after_it_was_taken_up(game, key, root):
    other = active(game, key)
    game.switch(key, root.branch_id)
    game.wait(key, minutes=100)
    game.switch(key, other)
    game.switch(key, root.branch_id)
    last = game.wait(key, minutes=200)
    assert last.head.version == 7
    history = game.history(key)
    assert [recorded.seq for recorded in history] == [1, 2, 3, 4, 5, 6, 7]
    assert fold(recorded.event for recorded in history) == last.state == game.store.load(key).state
    elsewhere = read_history(game.store, key, 0, 100, branch_id=other).events
    assert [recorded.seq for recorded in elsewhere] == [1, 2, 3, 4, 5, 6]
    assert len(branches(game, key)) == 2


def test_a_fork_without_a_switch_changes_nothing_here(game, key, root):
    before = game.store.load(key)
    forked = game.fork(key, Fork(4, "what if", root.branch_id, switch=False))
    after = game.store.load(key)
    assert (after.head.branch_id, after.head.version) == (before.head.branch_id, before.head.version)
    assert after.state == before.state
    new = branches(game, key)[forked.head.branch_id]
    assert (new.parent_id, new.forked_at, new.name, new.tip.version) == (root.branch_id, 4, "what if", 5)
    assert game.wait(key).head.version == 7
    assert state.hash(game.switch(key, new.branch_id).state) == state.hash(forked.state)
    assert game.history(key)[-1].event.from_branch == root.branch_id


def test_a_fork_descends_from_whoever_holds_the_event(game, key, root):
    middle = active(game, key)
    game.rewind(key, 2)
    assert branches(game, key)[active(game, key)].parent_id == root.branch_id
    assert game.store.load(key).state == fold(recorded.event for recorded in game.history(key))
    game.delete(key, middle)
    assert game.wait(key).state == fold(recorded.event for recorded in game.history(key))


def test_the_active_branch_and_ancestors_stay(game, key, root):
    with refused("branch_active"):
        game.delete(key, active(game, key))
    with refused("branch_active"):
        game.switch(key, active(game, key))
    with refused("branch_has_descendants"):
        game.delete(key, root.branch_id)
    assert len(branches(game, key)) == 2


def test_a_deleted_branch_is_gone(game, key, root):
    doomed = active(game, key)
    old = game.wait(key, command_id="there")
    game.switch(key, root.branch_id)
    assert not game.delete(key, doomed, "delete")
    assert game.delete(key, doomed, "delete")
    assert set(branches(game, key)) == {root.branch_id}
    for use in (
        lambda: game.switch(key, doomed),
        lambda: game.fork(key, Fork(6, branch_id=doomed)),
        lambda: game.delete(key, doomed),
        lambda: read_history(game.store, key, 0, 10, branch_id=doomed),
    ):
        with pytest.raises(NotFound, check=lambda error: error.code == "unknown_branch"):
            use()
    with refused("branch_deleted"):
        game.wait(key, command_id="there")
    assert old.head.version == 7
    assert game.wait(key).head.version == 6


def test_sweeping_ends_and_spares_the_rest(game, key, root):
    doomed = active(game, key)
    game.switch(key, root.branch_id)
    before = game.store.load(key), game.history(key)
    game.delete(key, doomed)
    while game.store.sweep(key, 2):
        pass
    assert not sweep_world(game.store, key)
    assert (game.store.load(key), game.history(key)) == before
    game.rewind(key, 4)
    assert game.wait(key).state == fold(recorded.event for recorded in game.history(key))


def test_a_rebuild_removes_what_the_stream_gave_up_on(game, key, root):
    doomed = active(game, key)
    game.switch(key, root.branch_id)
    game.delete(key, doomed)
    rebuild_world(game.store, MemoryProjections(), key)
    assert not game.store.sweep(key, 1), "a row was left to remove"


def test_repeated_changes_happen_once(game, key, root):
    fork = Fork(4, branch_id=root.branch_id, switch=False)
    first = game.fork(key, fork, "fork")
    switched = game.switch(key, root.branch_id, "switch")
    game.wait(key)
    repeated = [(game.fork(key, fork, "fork"), first), (game.switch(key, root.branch_id, "switch"), switched)]
    for again, before in repeated:
        assert again.replayed and not before.replayed
        assert (again.head, again.state, again.recorded) == (before.head, before.state, before.recorded)
    assert len(branches(game, key)) == 3
    with refused("idempotency_key_reused"):
        game.switch(key, first.head.branch_id, "switch")


@pytest.fixture
def before_commit(game, monkeypatch):
    """Does something just before the next commit."""
    commit = game.store.commit

    def later(what):
        def first(key, this):
            monkeypatch.setattr(game.store, "commit", commit)
            what()
            commit(key, this)

        monkeypatch.setattr(game.store, "commit", first)

    return later


@pytest.mark.parametrize("change", [lambda game, key, branch: game.fork(key, Fork(6, branch_id=branch)), Game.switch])
@pytest.mark.parametrize("sweeps", [False, True])
def test_nothing_builds_on_what_was_deleted_meanwhile(game, key, root, before_commit, change, sweeps):
    doomed = active(game, key)
    game.switch(key, root.branch_id)

    def delete():
        game.delete(key, doomed)
        if sweeps:
            sweep_world(game.store, key)

    before_commit(delete)
    with pytest.raises(Conflict):
        change(game, key, doomed)
    assert set(branches(game, key)) == {root.branch_id}
    assert active(game, key) == root.branch_id


def test_nothing_is_deleted_that_was_forked_meanwhile(game, key, root, before_commit):
    wanted = active(game, key)
    game.switch(key, root.branch_id)
    before_commit(lambda: game.fork(key, Fork(6, branch_id=wanted, switch=False)))
    with pytest.raises(Conflict):
        game.delete(key, wanted)
    assert wanted in branches(game, key)


@pytest.mark.parametrize("kind", ["purchase", "ban"])
def test_no_way_leads_back_across_a_seal(game, key, root, kind):
    middle = active(game, key)
    outcome = seal_world(game.desk, key, kind, "ref-1")
    assert seal_world(game.desk, key, kind, "ref-1").replayed
    assert (outcome.state.seal.version, outcome.state.seal.kind) == (7, kind)
    before = game.store.load(key)
    for way in (
        lambda: game.rewind(key, 6),
        lambda: game.rewind(key, 1),
        lambda: game.fork(key, Fork(5, branch_id=root.branch_id)),
        lambda: game.fork(key, Fork(4, switch=False)),
        lambda: game.switch(key, root.branch_id),
    ):
        with refused(f"rewind_crosses_{kind}"):
            way()
    assert game.store.load(key) == before
    game.wait(key)
    forked = game.rewind(key, 7)
    assert forked.state.seal == outcome.state.seal
    game.switch(key, middle)
    assert game.delete(key, forked.head.branch_id) is False


def test_a_seal_rolls_no_dice(game):
    key = game.begin()
    game.wait(key)
    before = game.store.load(key).state
    seal_world(game.desk, key, "purchase", "ref-1")
    assert game.store.load(key).state.moment == before.moment


def test_history_by_types_and_pages(game):
    key = game.begin()
    for _ in range(5):
        game.wait(key)
        game.rewind(key, game.store.load(key).head.version)
    version = game.store.load(key).head.version

    def page(after, limit, *types):
        found = read_history(game.store, key, after, limit, types=types)
        return [recorded.seq for recorded in found.events], found.next_after

    assert page(0, 2, "world_rewound") == ([3, 5], 5)
    assert page(5, 2, "world_rewound") == ([7, 9], 9)
    assert page(9, 2, "world_rewound") == ([11], None)
    assert page(0, 4) == ([1, 2, 3, 4], 4)
    assert page(version - 1, 4) == ([version], None)
    assert page(version, 4) == page(version + 9, 4) == ([], None)
    assert page(0, 9, "part_sold") == ([], None)


def test_a_search_gives_up_in_time_and_can_go_on(game, monkeypatch):
    monkeypatch.setattr("bodybroker.services.read_history.LOOKED_AT", 4)
    monkeypatch.setattr("bodybroker.services.read_history.CHUNK", 2)
    key = game.begin()
    for _ in range(6):
        game.wait(key)
    game.rewind(key, 7)
    found = read_history(game.store, key, 0, 5, types=("world_rewound",))
    assert (found.events, found.next_after) == ([], 4)
    found = read_history(game.store, key, 4, 5, types=("world_rewound",))
    assert ([recorded.seq for recorded in found.events], found.next_after) == ([8], None)

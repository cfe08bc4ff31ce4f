"""How a command ends when the store says no. What it does when all is well, the store's contract tests show."""

import pytest
from bodybroker.kernel.errors import Conflict, Refused, Unavailable
from bodybroker.ports.worlds import Contended, Stale
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.handle_command import ATTEMPTS, FIRST_PAUSE_MS, Batch, Submission
from bodybroker.world.commands import SellPart, Travel, Wait


@pytest.fixture
def failing(game, monkeypatch):
    """Makes the next commits raise what is in the list."""
    failures: list[Exception] = []
    commit = game.store.commit

    def fail_first(key, what):
        if failures:
            raise failures.pop(0)
        commit(key, what)

    monkeypatch.setattr(game.store, "commit", fail_first)
    return failures


@pytest.mark.parametrize("failure", [Stale(9), Stale(None), Contended()])
def test_it_decides_again_on_fresh_state(game, failing, failure, monkeypatch):
    key = game.begin()
    loads = []
    load = game.store.load
    monkeypatch.setattr(game.store, "load", lambda key: loads.append(key) or load(key))
    failing += [failure] * (ATTEMPTS - 1)
    assert game.wait(key, "once").head.version == 2
    assert len(loads) == ATTEMPTS
    assert len(game.pauses) == ATTEMPTS - 1
    assert all(0 <= pause < (FIRST_PAUSE_MS << number) / 1000 for number, pause in enumerate(game.pauses))


@pytest.mark.parametrize("failure", [Stale(9), Contended()])
def test_it_gives_up_with_the_current_version(game, failing, failure):
    key = game.begin()
    failing += [failure] * ATTEMPTS
    with pytest.raises(Conflict) as conflict:
        game.wait(key, "once")
    assert conflict.value.current_version == 1
    assert not failing
    assert game.store.load(key).head.version == 1


def test_whoever_insists_on_a_version_is_not_decided_for_again(game, failing):
    key = game.begin()
    failing += [Stale(9)]
    with pytest.raises(Conflict) as conflict:
        game.wait(key, "once", expected=1)
    assert conflict.value.current_version == 9
    assert game.pauses == []


def test_contention_does_not_change_what_was_expected(game, failing):
    key = game.begin()
    failing += [Contended()]
    assert game.wait(key, "once", expected=1).head.version == 2


def test_a_refused_command_stores_nothing(game):
    key = game.begin()
    before = game.store.load(key)
    nobody = "01890000-0000-8000-8000-000000000000"
    sale = SellPart(type="sell_part", npc_id=nobody, item_id=nobody)
    with pytest.raises(Refused):
        game.desk.handle(key, Submission("once", "sell", sale))
    assert game.store.load(key) == before
    assert game.store.receipt(key, "once") is None


def test_events_carry_their_command_and_one_instant(game):
    key = game.begin()
    outcome = game.wait(key, "once")
    assert {recorded.command_id for recorded in outcome.recorded} == {"once"}
    assert {recorded.recorded_at for recorded in outcome.recorded} == {"2026-11-23T12:00:00.000Z"}


def test_worlds_without_a_seed_differ_and_repeat_under_their_key(game):
    first, second = game.begin("one", seed=None), game.begin("two", seed=None)
    assert game.store.load(first).state.seed != game.store.load(second).state.seed
    assert game.begin("one", seed=None) == first


WAIT = Wait(type="wait", minutes=1)


def test_a_batch_is_one_step_under_one_key(game):
    key = game.begin()
    start = game.store.load(key).state.minute
    submission = Submission("batch", "three", Batch((WAIT,) * 3))
    outcome = game.desk.handle(key, submission)
    assert (outcome.state.minute, outcome.head.version) == (start + 3, 4)
    assert {recorded.command_id for recorded in outcome.recorded} == {"batch"}
    again = game.desk.handle(key, submission)
    assert again.replayed and again.recorded == outcome.recorded
    assert game.store.load(key).head.version == 4


def test_a_batch_decides_each_command_on_what_the_one_before_led_to(game):
    key = game.begin()
    here = game.store.load(key).state.places[game.store.load(key).state.player.place_id].site
    there = here.exits[0].place_id
    go, back = (Travel(type="travel", place_id=place) for place in (there, here.place_id))
    outcome = game.desk.handle(key, Submission("batch", "walk", Batch((go, back, go))))
    assert outcome.state.player.place_id == there


def test_a_batch_with_a_refused_command_never_was(game):
    key = game.begin()
    before = game.store.load(key)
    nobody = "01890000-0000-8000-8000-000000000000"
    sale = SellPart(type="sell_part", npc_id=nobody, item_id=nobody)
    with pytest.raises(Refused) as refused:
        game.desk.handle(key, Submission("batch", "sell", Batch((WAIT, WAIT, sale, WAIT))))
    assert (refused.value.code, refused.value.extra["index"]) == ("unknown_item", 2)
    assert game.store.load(key) == before
    assert game.store.receipt(key, "batch") is None


def test_a_batch_fits_into_one_transaction(game, monkeypatch):
    monkeypatch.setattr("bodybroker.services.handle_command.COMMIT_EVENTS", 3)
    key = game.begin()
    with pytest.raises(Refused) as refused:
        game.desk.handle(key, Submission("batch", "waits", Batch((WAIT,) * 5)))
    assert (refused.value.code, refused.value.extra["index"]) == ("batch_too_large", 3)
    assert game.store.load(key).head.version == 1
    assert game.desk.handle(key, Submission("batch", "waits", Batch((WAIT,) * 3))).head.version == 4


def test_whoever_insists_on_a_branch_gets_no_other(game):
    key = game.begin()
    before = game.wait(key, "one").head
    branch_world(game.store, game.recorder, key, "back", Fork(1))
    with pytest.raises(Conflict):
        game.desk.handle(key, Submission("two", "wait", WAIT, before.version, before.branch_id))
    here = game.store.load(key).head.branch_id
    assert game.desk.handle(key, Submission("two", "wait", WAIT, 2, here)).head.version == 3


def test_a_world_that_two_tries_begin_at_once_can_be_asked_for_again(game, failing):
    failing += [Contended()]
    with pytest.raises(Unavailable):
        game.begin("once")
    assert game.begin("once") == game.begin("once")

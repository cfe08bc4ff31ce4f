"""What operators do with adapters: nothing speaks before it is loaded, nothing is unloaded that may still be asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import NotFound, Refused
from bodybroker.models.lora import choose
from bodybroker.ports.lora import Artefact
from bodybroker.services.manage_adapters import AdapterDesk

from tests.fakes.adapters import BASE, OTHER_BASE, MemoryArchives, MemoryHost, MemoryRegistry, candidate

DRAIN = timedelta(seconds=120)


@pytest.fixture
def desk():
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    return AdapterDesk(MemoryRegistry(), MemoryHost(), MemoryArchives(), clock, DRAIN)


def refusal(call, *arguments):
    with pytest.raises(Refused) as caught:
        call(*arguments)
    return caught.value.code


def live(desk, name="ghoul-1"):
    desk.register(candidate(name), "ann")
    desk.promote(name, 100, "ann")
    return desk.promote(name, None, "ann")


def speaks(desk):
    return choose(desk.registry.lineups(), ["ghoul"], BASE, "player")


def states(desk):
    return {adapter.name: adapter.state for adapter in desk.registry.all()}


def test_from_candidate_to_canary_to_live(desk):
    assert desk.register(candidate(), "ann").state == "candidate"
    assert desk.host.steps == []  # a candidate costs the endpoint nothing
    canary = desk.promote("ghoul-1", 50, "ann")
    assert (canary.state, canary.per_mille) == ("canary", 50)
    assert desk.promote("ghoul-1", 200, "ben").per_mille == 200
    assert desk.promote("ghoul-1", None, "ben").state == "live"
    assert desk.host.steps == [("load", "ghoul-1")]
    assert speaks(desk) == "ghoul-1"
    assert [entry["by"] for entry in desk.registry.history("ghoul-1")] == ["ann", "ann", "ben", "ben"]


@pytest.mark.parametrize(
    ("adapter", "artefact", "code"),
    [
        (candidate(base=OTHER_BASE), Artefact("c" * 64, OTHER_BASE), "adapter_of_another_base"),
        (candidate(), Artefact("c" * 64, OTHER_BASE), "adapter_of_another_base"),
        (candidate(), Artefact("d" * 64, BASE), "adapter_digest"),
    ],
)
def test_what_does_not_belong_here_is_not_registered(desk, adapter, artefact, code):
    desk = replace(desk, artefacts=MemoryArchives(artefact))
    assert refusal(desk.register, adapter, "ann") == code
    assert desk.registry.all() == []


def test_a_name_is_taken_once(desk):
    desk.register(candidate(), "ann")
    assert refusal(desk.register, candidate(), "ben") == "adapter_taken"


def test_an_operator_cannot_register_something_as_live(desk):
    registered = desk.register(replace_state(candidate(), "live"), "ann")
    assert (registered.state, registered.version) == ("candidate", 1)


def replace_state(adapter, state):
    return type(adapter)(adapter.name, adapter.subject, adapter.base, adapter.uri, adapter.digest, {}, state)


def test_what_cannot_be_loaded_does_not_speak(desk):
    desk.register(candidate(), "ann")
    desk.host.broken.add("ghoul-1")
    assert refusal(desk.promote, "ghoul-1", 100, "ann") == "adapter_refused"
    assert states(desk) == {"ghoul-1": "candidate"}
    assert speaks(desk) is None


def test_a_rollback_is_one_call_and_the_former_speaks_again(desk):
    live(desk, "ghoul-1")
    live(desk, "ghoul-2")
    desk.clock.instant += DRAIN
    assert desk.reconcile() == {"loaded": [], "unloaded": ["ghoul-1"]}
    assert desk.roll_back("ghoul-2", "ben").state == "retired"
    assert speaks(desk) == "ghoul-1"
    assert states(desk) == {"ghoul-1": "live", "ghoul-2": "retired"}
    assert desk.host.steps[-1] == ("load", "ghoul-1")  # before it is named to anybody
    assert refusal(desk.roll_back, "ghoul-2", "ben") == "adapter_move"


def test_a_retired_adapter_is_unloaded_only_when_nobody_can_still_ask_it(desk):
    live(desk)
    desk.retire("ghoul-1", "ann")
    assert speaks(desk) is None
    desk.clock.instant += DRAIN - timedelta(seconds=1)
    assert desk.reconcile() == {"loaded": [], "unloaded": []}
    desk.clock.instant += timedelta(seconds=1)
    assert desk.reconcile() == {"loaded": [], "unloaded": ["ghoul-1"]}
    assert desk.reconcile() == {"loaded": [], "unloaded": []}


def test_what_speaks_and_was_lost_is_loaded_again_and_a_strangers_component_is_left_alone(desk):
    live(desk)
    desk.host.names = {"somebody-elses"}
    assert desk.reconcile() == {"loaded": ["ghoul-1"], "unloaded": []}
    assert desk.host.loaded() == {"ghoul-1", "somebody-elses"}


def test_adapters_of_a_base_that_is_served_no_more_are_unloaded_and_never_loaded(desk):
    live(desk)
    desk.clock.instant += DRAIN
    desk.host.base = OTHER_BASE
    assert desk.reconcile() == {"loaded": [], "unloaded": ["ghoul-1"]}
    assert desk.reconcile() == {"loaded": [], "unloaded": []}
    assert choose(desk.registry.lineups(), ["ghoul"], OTHER_BASE, "player") is None


def test_one_that_cannot_be_loaded_again_does_not_keep_the_others_from_it(desk):
    desk.register(candidate("lich-1", subject="lich"), "ann")
    desk.promote("lich-1", 100, "ann")
    live(desk)
    desk.host.names, desk.host.broken = set(), {"ghoul-1"}
    assert refusal(desk.reconcile) == "adapter_refused"
    assert desk.host.loaded() == {"lich-1"}


@pytest.mark.parametrize("end", ["retire", "roll_back"])
def test_what_was_retired_stays_so(desk, end):
    live(desk)
    getattr(desk, end)("ghoul-1", "ann")
    assert refusal(desk.promote, "ghoul-1", 100, "ann") == "adapter_move"
    assert refusal(desk.promote, "ghoul-1", None, "ann") == "adapter_move"
    assert refusal(desk.retire, "ghoul-1", "ann") == "adapter_move"


def test_of_two_operators_at_once_the_second_is_told(desk, monkeypatch):
    desk.register(candidate(), "ann")
    desk.register(candidate("ghoul-2"), "ben")
    read = desk.registry.lineup

    def overtaken(subject, base):
        before = read(subject, base)
        monkeypatch.undo()
        desk.promote("ghoul-1", 100, "ann")
        return before

    monkeypatch.setattr(desk.registry, "lineup", overtaken)
    assert refusal(desk.promote, "ghoul-2", 100, "ben") == "adapter_contended"
    assert states(desk) == {"ghoul-1": "canary", "ghoul-2": "candidate"}
    desk.clock.instant += DRAIN
    assert desk.reconcile() == {"loaded": [], "unloaded": ["ghoul-2"]}  # it was loaded for nothing


def test_what_a_comparison_unloads_while_it_is_promoted_is_loaded_again(desk, monkeypatch):
    desk.register(candidate(), "ann")
    desk.clock.instant += DRAIN
    commit = desk.registry.commit

    def compared_meanwhile(*change):
        assert desk.reconcile() == {"loaded": [], "unloaded": ["ghoul-1"]}
        commit(*change)

    monkeypatch.setattr(desk.registry, "commit", compared_meanwhile)
    desk.promote("ghoul-1", 100, "ann")
    assert desk.host.loaded() == {"ghoul-1"}


def test_an_unknown_adapter(desk):
    for call in (lambda: desk.promote("no", 1, "a"), lambda: desk.roll_back("no", "a"), lambda: desk.retire("no", "a")):
        with pytest.raises(NotFound):
            call()

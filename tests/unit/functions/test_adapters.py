"""The operators' function: a request's faults all at once, problems as documents, the schedule's failures as errors."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Refused
from bodybroker.services.manage_adapters import AdapterDesk

from functions.adapters import handler
from tests.fakes.adapters import BASE, OTHER_BASE, MemoryArchives, MemoryHost, MemoryRegistry

REGISTER = {
    "operation": "register",
    "by": "ann",
    "name": "ghoul-1",
    "subject": "ghoul",
    "base": str(BASE),
    "uri": "s3://adapters/ghoul-1.tar.gz",
    "digest": "c" * 64,
    "scores": {"loss_with": 2.5},
}


@pytest.fixture
def desk(monkeypatch):
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    desk = AdapterDesk(MemoryRegistry(), MemoryHost(), MemoryArchives(), clock, timedelta(seconds=120))
    monkeypatch.setattr(handler, "desk", lambda: desk)
    return desk


def ask(**event):
    return handler.lambda_handler(event, SimpleNamespace(aws_request_id="request-1"))


def do(operation, name="ghoul-1", **fields):
    return ask(operation=operation, name=name, by="ann", **fields)


def test_the_life_of_an_adapter(desk):
    adapter = ask(**REGISTER)["adapter"]
    assert adapter == {
        **{name: REGISTER[name] for name in ("name", "subject", "base", "uri", "digest", "scores")},
        "state": "candidate",
        "per_mille": 0,
        "changed_at": "2026-11-23T00:00:00+00:00",
        "version": 1,
    }
    assert do("promote", per_mille=50)["adapter"]["state"] == "canary"
    assert do("promote")["adapter"]["state"] == "live"
    assert [one["name"] for one in ask(operation="list", subject="ghoul")["adapters"]] == ["ghoul-1"]
    assert ask(operation="list", subject="lich") == {"adapters": []}
    assert do("rollback")["adapter"]["state"] == "retired"
    told = ask(operation="list", history_of="ghoul-1")["history"]
    assert [entry["operation"] for entry in told] == ["register", "promote", "promote", "rollback"]


def test_every_fault_of_a_request_is_listed(desk):
    bad = {
        "name": "base",
        "subject": "Ghoul!",
        "base": "small",
        "uri": "http://x",
        "digest": "abc",
        "scores": {"a": "x"},
    }
    problem = ask(**REGISTER | bad | {"by": "", "more": 1})["problem"]
    assert (problem["status"], problem["code"], problem["correlation_id"]) == (400, "invalid_event", "request-1")
    paths = {fault["path"].removeprefix("register.") for fault in problem["faults"]}
    assert paths == {"name", "subject", "base", "uri", "digest", "scores.a", "by", "more"}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"operation": "destroy"},
        {"operation": "promote", "name": "ghoul-1"},
        {"operation": "promote", "name": "ghoul-1", "by": "ann", "per_mille": 0},
        {"operation": "promote", "name": "ghoul-1", "by": "ann", "per_mille": "50"},
        {"operation": "promote", "name": "ghoul-1", "by": "ann", "per_mille": 1001},
    ],
)
def test_what_is_no_operation_is_refused(desk, event):
    assert ask(**event)["problem"]["code"] == "invalid_event"


def test_rules_that_refuse_are_told_by_their_code(desk):
    assert ask(**REGISTER | {"base": str(OTHER_BASE)})["problem"]["code"] == "adapter_of_another_base"
    assert ask(**REGISTER | {"digest": "d" * 64})["problem"]["code"] == "adapter_digest"
    assert do("retire", "nobody")["problem"]["status"] == 404
    ask(**REGISTER)
    assert do("promote")["problem"]["code"] == "adapter_move"
    do("retire")
    assert do("promote", per_mille=50)["problem"]["code"] == "adapter_move"


def test_a_scheduled_comparison_that_fails_is_an_error_that_alarms_see(desk):
    assert ask(operation="reconcile") == {"loaded": [], "unloaded": []}
    ask(**REGISTER)
    do("promote", per_mille=50)
    desk.host.names, desk.host.broken = set(), {"ghoul-1"}
    with pytest.raises(Refused):
        ask(operation="reconcile")


def test_a_fault_of_ours_is_an_error_and_no_document(desk, monkeypatch):
    monkeypatch.setattr(desk.registry, "all", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(operation="list")

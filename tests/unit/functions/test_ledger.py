"""The ledger and the sweeper, with the events that Lambda gets."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage

from functions.budget_sweeper import handler as sweeper
from functions.ledger import handler
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.ledger import MemoryLedgerFiles

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(call_id: str, layer: int = 3, tier: str = "gold", cost: int = 2_000_000, charged: int = 1_000_000) -> Entry:
    return Entry(
        call_id, NOON.isoformat(), "p1", "free", None, "line", layer, tier, "small", None, "answered", Usage(9, 4, 2),
        cost, charged, 40, 20,
    )  # fmt: skip


def record(number: int, told: Entry | str | None, name: str = "MODIFY") -> dict:
    image = {"pk": {"S": "P#p1"}, "sk": {"S": "D#2026-11-23"}, "used": {"N": "5"}}
    if told is not None:
        text = told if isinstance(told, str) else msgspec.json.encode(told).decode()
        image["entry"] = {"S": text}
    change = {"SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE"}
    if name != "REMOVE":
        change["NewImage"] = image
    return {"eventID": str(number), "eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change}


@pytest.fixture
def files(monkeypatch) -> MemoryLedgerFiles:
    files = MemoryLedgerFiles()
    monkeypatch.setattr(handler, "files", lambda: files)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "ledger")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BodyBroker")
    return files


def metrics(capsys) -> list[dict]:
    """The lines of the log that CloudWatch reads as data points."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line for line in lines if "_aws" in line]


def test_what_was_settled_is_filed_and_the_rest_passed_over(files):
    told = [record(1, None), record(2, entry("a")), record(3, None, "REMOVE"), record(4, entry("b"))]
    assert handler.lambda_handler({"Records": told}, None) == {"new": 2}
    assert list(files.read(date(2026, 11, 23))) == [entry("a"), entry("b")]


def test_data_points_add_up_by_layer_and_tier_and_are_not_repeated(files, capsys):
    told = [entry("a"), entry("b"), entry("c", tier="cloud", cost=5_000_000_000), entry("d", layer=4, tier="cloud")]
    event = {"Records": [record(number, each) for number, each in enumerate(told)]}
    handler.lambda_handler(event, None)
    points = metrics(capsys)
    dollars = Counter({(point["layer"], point["tier"]): point["CostDollars"] for point in points})
    assert dollars == {("3", "gold"): 0.004, ("3", "cloud"): 5.0, ("4", "cloud"): 0.002}
    assert sum(point["ChargedDollars"] for point in points) == pytest.approx(0.004)
    assert sum(point["Calls"] for point in points) == 4
    for point in points:
        (directive,) = point["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "BodyBroker"
        assert directive["Dimensions"] == [["service"], ["service", "layer"], ["service", "layer", "tier"]]
        assert {each["Name"] for each in directive["Metrics"]} == {"CostDollars", "ChargedDollars", "Calls"}
    handler.lambda_handler(event, None)
    assert metrics(capsys) == []


@pytest.mark.parametrize("faulty", ["", "{}", json.dumps(msgspec.to_builtins(entry("x")) | {"at": "noon"})])
def test_what_is_no_entry_holds_nothing_up(files, faulty):
    told = [record(1, entry("a")), record(2, faulty), record(3, entry("b"))]
    assert handler.lambda_handler({"Records": told}, None) == {"new": 2}
    assert list(files.faulty) == ["2.json"]
    assert json.loads(files.faulty["2.json"])["entry"] == {"S": faulty}


def test_the_sweeper_says_what_it_found(monkeypatch):
    budgets = MemoryBudgets(clock=FixedClock(NOON))
    monkeypatch.setattr(sweeper, "budget_keeper", budgets.keeper)
    budgets.reserve("a", Payer("p1", "free"), "line", 3, 1000)
    assert sweeper.lambda_handler({}, None) == {"lost": 0, "charged": 0, "given_back": 0}
    budgets.clock = FixedClock(NOON + timedelta(seconds=budgets.settings.reservation_lifetime_s))
    assert sweeper.lambda_handler({}, None) == {"lost": 1, "charged": 1000, "given_back": 0}
    assert [told.verdict for told in budgets.entries] == ["lost"]
    assert budgets.open == {}

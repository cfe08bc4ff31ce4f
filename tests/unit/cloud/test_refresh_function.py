"""The function refresh_prices: its two tasks, and what it measures."""

import json
from datetime import UTC, datetime

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.price_list import BadList

from local_cloud.providers.price_list import price_list
from scripts import refresh_prices as command


class Box:
    def __init__(self):
        self.submitted = []

    def submit(self, proposal):
        self.submitted.append(proposal)
        return "s3://box"


@pytest.fixture
def handler(monkeypatch):
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "BodyBroker")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "refresh_prices")
    from functions.refresh_prices import handler

    monkeypatch.setattr(handler, "CLOCK", FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
    return handler


@pytest.fixture
def box(monkeypatch, handler):
    box = Box()
    monkeypatch.setattr(handler, "proposals", lambda: box)
    return box


def serve(monkeypatch, handler, body):
    class Source:
        def __init__(self, url):
            self.url = url

        def fetch(self):
            if isinstance(body, Exception):
                raise body
            return body

    monkeypatch.setattr(handler, "WebPriceList", Source)


def _metrics(text):
    lines = [json.loads(line) for line in text.splitlines() if "_aws" in line]
    return {
        each["Name"]: line[each["Name"]] for line in lines for each in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    }


def test_the_watch_counts_what_ends_and_what_has(handler, capsys):
    said = handler.lambda_handler({"task": "watch"}, None)
    assert said == {
        "near_their_end": {"claude-sonnet-4-5": 7, "gpt-5-pro": 18},
        "ended": ["gemini-2.5-pro", "gpt-3.5-turbo"],
    }
    found = _metrics(capsys.readouterr().out)
    assert (found["ModelsNearTheirEnd"], found["ModelsEnded"]) == (2, 2)


def test_alarms_find_the_metrics_by_the_function_alone(handler, capsys):
    handler.lambda_handler({"task": "watch"}, None)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if '"ModelsNearTheirEnd"' in line]
    (directive,) = json.loads(line)["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("BodyBroker", [["service"]])
    assert json.loads(line)["service"] == "refresh_prices"


def test_a_changed_price_is_submitted_and_counted(handler, box, monkeypatch, capsys):
    entries = price_list()
    entries["gpt-6-luna"]["output_cost_per_token"] = 6e-07
    serve(monkeypatch, handler, json.dumps(entries).encode())
    said = handler.lambda_handler({"task": "refresh"}, None)
    assert said["changes"] == [{"model": "gpt-6-luna", "member": "output", "ours": 500, "listed": 600}]
    assert len(box.submitted) == 1 and _metrics(capsys.readouterr().out)["RegistryChanges"] == 1


@pytest.mark.parametrize(("body", "error"), [(b"<html>", BadList), (Unavailable("out"), Unavailable)])
def test_what_is_no_list_fails_the_function_and_writes_nothing(handler, box, monkeypatch, body, error):
    serve(monkeypatch, handler, body)
    with pytest.raises(error):
        handler.lambda_handler({"task": "refresh"}, None)
    assert box.submitted == []


def test_another_task_is_refused(handler):
    with pytest.raises(ValueError, match="no such task"):
        handler.lambda_handler({"task": "change"}, None)


def test_the_command_says_the_same_and_its_status_whether_there_is_news(tmp_path, capsys):
    entries = price_list()
    path = tmp_path / "list.json"
    path.write_text(json.dumps(entries))
    assert command.main(["--file", str(path)]) == 0
    entries["gpt-6-luna"]["output_cost_per_token"] = 6e-07
    path.write_text(json.dumps(entries))
    assert command.main(["--file", str(path)]) == 1
    assert "600" in capsys.readouterr().out
    path.write_text("<html>")
    assert command.main(["--file", str(path)]) == 2
    assert "no JSON object" in capsys.readouterr().err
    assert command.main(["--file", str(tmp_path / "none")]) == 2

"""The state machine `generate_location` in a real interpreter, with functions that do as the names of entities say."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

DEFINITION = Path(__file__).parents[3] / "step_functions/generate_location.asl.yaml"
JOB = {"player": "p", "world": "w", "job_id": "j"}
PATIENCE_S = 2
"""What a specialist is given here: what the definition gives would make a test of a minute."""
TIMEOUT_S = 60
FUNCTION = """
import json, time

VERDICTS, BROKEN, CALLS = {verdicts!r}, {broken!r}, {calls!r}

def handler(event, context):
    began = time.time()
    try:
        return answer(event)
    finally:
        with open(CALLS, "a") as calls:
            calls.write(json.dumps(event | {{"began": began, "ended": time.time()}}) + "\\n")

def answer(event):
    task = event.get("task", "check")
    if task in BROKEN:
        raise RuntimeError("broken")
    if task == "check":
        return VERDICTS[event["attempt"] - 1]
    if task in ("commit", "settle"):
        return {{"status": "done"}}
    kind = event["entity"].split("-")[0]
    if task == "describe":
        if kind == "bad" and event["attempt"] == 1:
            raise ValueError("garbage")
        time.sleep({{"slow": 5, "some": 0.4}}.get(kind, 0))
"""


@dataclass(frozen=True)
class Run:
    """What an execution came to, and every call of a function in order of its beginning."""

    status: str
    error: str | None
    output: Any
    calls: list[dict[str, Any]]

    def of(self, task: str) -> list[dict[str, Any]]:
        return [call for call in self.calls if call.get("task", "check") == task]


@pytest.fixture
def run(aws_client, tmp_path) -> Callable[..., Run]:
    functions, states = aws_client("lambda"), aws_client("stepfunctions")

    def run(*waves: list[str], verdicts=("commit",), broken=(), concurrency=10) -> Run:
        calls = tmp_path / f"{uuid4()}.jsonl"
        calls.touch()
        answers = [one if isinstance(one, dict) else {"verdict": one, "entities": []} for one in verdicts]
        source = FUNCTION.format(verdicts=answers, broken=list(broken), calls=str(calls))
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.py", source)
        function = functions.create_function(
            FunctionName=f"location-{uuid4()}",
            Runtime="python3.13",
            Role="arn:aws:iam::000000000000:role/test",
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
            Timeout=30,
        )
        definition = yaml.safe_load(DEFINITION.read_text())
        _wave(definition)["AskSpecialist"]["TimeoutSeconds"] = PATIENCE_S
        text = json.dumps(definition)
        for key in ("Specialist", "Check", "Commit"):
            text = text.replace(f"${{{key}FunctionArn}}", function["FunctionArn"])
        machine = states.create_state_machine(
            name=f"location-{uuid4()}", definition=text, roleArn="arn:aws:iam::000000000000:role/test", type="EXPRESS"
        )
        given = {"job": JOB, "waves": [{"entities": wave} for wave in waves], "concurrency": concurrency}
        started = states.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(given))
        deadline = time.monotonic() + TIMEOUT_S
        while (found := states.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "still running"
            time.sleep(0.05)
        made = sorted(map(json.loads, calls.read_text().splitlines()), key=lambda call: call["began"])
        return Run(found["status"], found.get("error"), json.loads(found.get("output") or "null"), made)

    return run


def _wave(definition: dict[str, Any]) -> dict[str, Any]:
    wave = definition["States"]["Describe"]["ItemProcessor"]["States"]["DescribeWave"]
    states: dict[str, Any] = wave["ItemProcessor"]["States"]
    return states


def test_every_entity_is_described_once_wave_after_wave_and_committed(run):
    done = run(["a", "b"], ["c"], ["d", "e"])
    assert (done.status, done.output) == ("SUCCEEDED", {"status": "done"})
    told = done.of("describe")
    assert [sorted(call["entity"] for call in told[low:high]) for low, high in ((0, 2), (2, 3), (3, 5))] == [
        ["a", "b"], ["c"], ["d", "e"],
    ]  # fmt: skip
    assert max(call["ended"] for call in told[:2]) <= told[2]["began"]
    assert all(call["job"] == JOB and call["attempt"] == 1 for call in told)
    assert [(call["job"], call["attempt"]) for call in done.of("check")] == [(JOB, 1)]
    assert [call["job"] for call in done.of("commit")] == [JOB]
    assert not done.of("settle") and not done.of("fall_back")


def _most_at_once(calls: list[dict[str, Any]]) -> int:
    return max(sum(one["began"] <= at["began"] < one["ended"] for one in calls) for at in calls)


@pytest.mark.parametrize("concurrency", [1, 3])
def test_so_many_are_asked_at_once_and_not_more(run, concurrency):
    done = run([f"some-{number}" for number in range(6)], concurrency=concurrency)
    assert _most_at_once(done.of("describe")) == concurrency


@pytest.mark.parametrize(("kind", "reason"), [("bad", None), ("slow", "States.Timeout")])
def test_who_fails_or_is_late_gets_a_fallback_and_holds_nobody(run, kind, reason):
    started = time.monotonic()
    done = run(["a", kind, "b"], ["c"])
    assert done.output == {"status": "done"}
    assert {call["entity"] for call in done.of("describe")} >= {"a", "b", "c"}
    (fallback,) = done.of("fall_back")
    assert (fallback["entity"], fallback["job"], fallback["attempt"]) == (kind, JOB, 1)
    assert fallback["reason"] == (reason or fallback["reason"]) != ""
    assert time.monotonic() - started < TIMEOUT_S / 3


def test_without_a_fallback_the_check_still_comes(run):
    done = run(["bad", "a"], broken=["fall_back"])
    assert done.output == {"status": "done"}
    assert len(done.of("check")) == len(done.of("commit")) == 1


def test_what_contradicts_is_described_again_alone(run):
    again = [{"verdict": "again", "entities": ["b"]}, {"verdict": "again", "entities": ["a", "b"]}, "commit"]
    done = run(["a", "b"], ["c"], verdicts=again)
    asked = sorted((call["attempt"], call["entity"]) for call in done.of("describe"))
    assert asked == [(1, "a"), (1, "b"), (1, "c"), (2, "b"), (3, "a"), (3, "b")]
    assert [call["attempt"] for call in done.of("check")] == [1, 2, 3]
    assert len(done.of("commit")) == 1


def test_a_canceled_job_commits_nothing(run):
    done = run(["a"], verdicts=["canceled"])
    assert (done.status, done.output) == ("SUCCEEDED", {"status": "canceled"})
    assert not done.of("commit") and not done.of("settle")


@pytest.mark.parametrize("broken", ["check", "commit"])
def test_a_job_that_breaks_is_settled(run, broken):
    done = run(["a"], broken=[broken])
    assert (done.status, done.output) == ("SUCCEEDED", {"status": "done"})
    (settled,) = done.of("settle")
    assert settled["job"] == JOB and settled["reason"]


def test_a_verdict_without_entities_is_settled(run):
    done = run(["a"], verdicts=[{"verdict": "again", "entities": "everything"}, {"verdict": "again"}, "commit"])
    assert done.output == {"status": "done"}
    assert len(done.of("commit")) + len(done.of("settle")) == 1


def test_a_job_that_cannot_be_settled_fails_loudly(run):
    done = run(["a"], broken=["commit", "settle"])
    assert (done.status, done.error) == ("FAILED", "LocationNotSettled")


@pytest.mark.parametrize("waves", [[], [[]]])
def test_a_place_without_entities_is_committed(run, waves):
    done = run(*waves)
    assert done.output == {"status": "done"}
    assert not done.of("describe")

"""The state machine `ask_bronze` in a real interpreter; the test plays its functions and the callbacks."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.local_cloud.conftest import wait_until
from tests.integration.local_cloud.stand_ins import ROLE, stand_in

DEFINITION = Path(__file__).parents[3] / "step_functions/ask_bronze.asl.yaml"
PAID = {"asked": {"call_id": "c"}, "reservation": {"nanodollars": 5}, "started_at": 1, "attempts": 2}
ANSWERED = {"inference_id": "i", "location": "s3://bucket/answers/1", "model": "m", "usage": {"prompt_tokens": 1}}
RELEASED = {"task": "release", "paid": PAID}


class Execution:
    """One execution, and what its functions are given."""

    def __init__(self, states: Any, machine: str, budget: Any, submit: Any) -> None:
        self._states, self._machine = states, machine
        self.budget, self.submit = budget, submit
        self._execution = ""

    def start(self, question: Any) -> None:
        started = self._states.start_execution(stateMachineArn=self._machine, input=json.dumps(question))
        self._execution = started["executionArn"]

    def answer(self, token: str) -> None:
        self._states.send_task_success(taskToken=token, output=json.dumps(ANSWERED))

    def fail(self, token: str, error: str) -> None:
        self._states.send_task_failure(taskToken=token, error=error, cause="because")

    def end(self) -> Any:
        def ended() -> Any:
            found = self._states.describe_execution(executionArn=self._execution)
            return found if found["status"] != "RUNNING" else None

        return wait_until(ended)


@pytest.fixture
def task_s() -> int:
    """Seconds that a task waits."""
    return 60


@pytest.fixture
def execution(shared_emulator, task_s):
    with stand_in(shared_emulator) as budget, stand_in(shared_emulator) as submit:
        definition = yaml.safe_load(DEFINITION.read_text())
        definition["States"]["Ask"]["TimeoutSeconds"] = task_s
        text = json.dumps(definition)
        for name, function in (("Budget", budget), ("Submit", submit)):
            text = text.replace(f"${{{name}FunctionArn}}", function.arn)
        states = shared_emulator.client("stepfunctions")
        machine = states.create_state_machine(name=f"ask-{uuid.uuid4().hex[:8]}", definition=text, roleArn=ROLE)
        yield Execution(states, machine["stateMachineArn"], budget, submit)


def test_a_question_is_paid_asked_and_settled(execution):
    execution.budget.returns({"paid": PAID})
    execution.budget.returns({"call_id": "c", "cost_nanodollars": 7})
    execution.start({"question": "x"})
    assert execution.budget.next() == {"task": "reserve", "question": {"question": "x"}}
    asked = execution.submit.next()
    assert (asked["asked"], asked["attempt"]) == (PAID["asked"], 1)
    execution.answer(asked["token"])
    assert execution.budget.next() == {"task": "settle", "paid": PAID, "answered": ANSWERED}
    ended = execution.end()
    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == {"call_id": "c", "cost_nanodollars": 7}


@pytest.mark.parametrize("error", ["BronzeFailed", "BronzeLost"])
def test_what_failed_is_asked_again_with_a_token_of_its_own(execution, error):
    execution.budget.returns({"paid": PAID})
    execution.start({})
    execution.budget.next()
    first = execution.submit.next()
    execution.fail(first["token"], error)
    second = execution.submit.next()
    assert second["token"] != first["token"]
    assert (first["attempt"], second["attempt"]) == (1, 2)
    execution.answer(second["token"])
    assert execution.budget.next()["task"] == "settle"
    assert execution.end()["status"] == "SUCCEEDED"


def test_it_is_asked_so_often_and_no_more(execution):
    execution.budget.returns({"paid": PAID})
    execution.start({})
    execution.budget.next()
    for _ in range(PAID["attempts"]):
        execution.fail(execution.submit.next()["token"], "BronzeLost")
    assert execution.budget.next() == RELEASED | {"error": "BronzeLost"}
    ended = execution.end()
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "BronzeLost", "because")
    assert execution.submit.events.empty()


@pytest.mark.parametrize("task_s", [1])
def test_a_task_that_nobody_tells_ends_in_time(execution):
    execution.budget.returns({"paid": PAID | {"attempts": 1}})
    execution.start({})
    execution.budget.next()
    execution.submit.next()
    assert execution.budget.next()["task"] == "release"
    assert execution.end()["error"] == "BronzeTimeout"


def test_a_refusal_is_final(execution):
    execution.budget.returns({"paid": PAID})
    execution.start({})
    execution.budget.next()
    execution.fail(execution.submit.next()["token"], "BronzeRefused")
    assert execution.budget.next() == RELEASED | {"error": "BronzeRefused"}
    assert execution.end()["error"] == "BronzeRefused"
    assert execution.submit.events.empty()


def test_an_endpoint_that_does_not_take_the_request_is_given_up(execution):
    execution.budget.returns({"paid": PAID})
    execution.submit.fails("ModelFailed", "refused: no such endpoint")
    execution.start({})
    execution.budget.next()
    assert execution.budget.next() == RELEASED | {"error": "BronzeUnavailable"}
    ended = execution.end()
    assert ended["error"] == "BronzeUnavailable"
    assert "no such endpoint" in ended["cause"]


def test_an_outage_while_submitting_is_tried_again(execution):
    execution.budget.returns({"paid": PAID})
    execution.submit.fails("Unavailable")
    execution.start({})
    execution.budget.next()
    first, second = execution.submit.next(), execution.submit.next()
    assert first["token"] != second["token"]
    assert first["attempt"] == second["attempt"]
    execution.answer(second["token"])
    assert execution.end()["status"] == "SUCCEEDED"


@pytest.mark.parametrize("error", ["OverBudget", "Malformed"])
def test_what_may_not_be_asked_is_not_asked(execution, error):
    execution.budget.returns({"refused": {"error": error, "cause": "for this reason"}})
    execution.start({})
    ended = execution.end()
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", error, "for this reason")
    assert execution.submit.events.empty()


def test_money_that_cannot_be_set_aside_ends_it(execution):
    execution.budget.fails("Broken", "the table is gone")
    execution.start({})
    ended = execution.end()
    assert (ended["status"], ended["error"]) == ("FAILED", "Broken")
    assert execution.submit.events.empty()


def test_the_caller_hears_of_the_failure_even_when_nothing_can_be_released(execution):
    execution.budget.returns({"paid": PAID})
    execution.budget.fails("Broken")
    execution.start({})
    execution.budget.next()
    execution.fail(execution.submit.next()["token"], "BronzeRefused")
    assert execution.end()["error"] == "BronzeRefused"

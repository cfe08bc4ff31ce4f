"""The functions of the bronze tier, handing one another what the state machine and the topics carry: JSON."""

import json
from typing import Any

import pytest
from bodybroker.kernel.errors import Malformed

import functions.bronze_budget.handler as budget
import functions.bronze_result.handler as result
import functions.bronze_submit.handler as submit
import functions.bronze_sweeper.handler as sweeper
from tests.fakes.bronze import success
from tests.unit.bronze.conftest import QUESTION, SETTINGS, Bench


def call(handler: Any, event: Any) -> Any:
    """As Lambda does: everything is JSON on its way."""
    return json.loads(json.dumps(handler(json.loads(json.dumps(event)), None)))


def told(message: str) -> dict[str, Any]:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": message}}]}


@pytest.fixture
def bench(monkeypatch) -> Bench:
    bench = Bench()
    for module, name in ((budget, "till"), (submit, "submitter"), (result, "receiver"), (sweeper, "sweeper")):
        monkeypatch.setattr(module, name, lambda name=name: getattr(bench, name))
    return bench


def test_a_call_from_its_question_to_its_cost(bench):
    reserved = call(budget.lambda_handler, {"task": "reserve", "question": QUESTION})
    paid = reserved["paid"]
    bench.tasks.waiting.add("token")
    call(submit.lambda_handler, {"token": "token", "asked": paid["asked"], "attempt": 2})
    (inference,) = bench.model.asked
    assert bench.inferences.rows[inference].asked.attempt == 2
    bench.answer(inference)
    call(result.lambda_handler, told(success(inference)))
    output = call(budget.lambda_handler, {"task": "settle", "paid": paid, "answered": bench.tasks.told["token"]})
    assert set(output) == {"call_id", "location", "model", "usage", "cost_nanodollars"}
    (entry,) = bench.budgets.entries
    assert entry.charged_nanodollars == output["cost_nanodollars"] > 0
    assert bench.budgets.open == {}


def test_what_is_released_is_given_back(bench):
    paid = call(budget.lambda_handler, {"task": "reserve", "question": QUESTION})["paid"]
    assert bench.budgets.open
    assert call(budget.lambda_handler, {"task": "release", "paid": paid, "error": "BronzeLost"}) is None
    assert bench.budgets.open == {}


def test_refusals_are_answers_not_failures(bench):
    refused = call(budget.lambda_handler, {"task": "reserve", "question": QUESTION | {"job": "gossip"}})["refused"]
    assert refused["error"] == "Malformed"
    assert "job: must be one of" in refused["cause"]
    bench.budgets.level = "off"
    refused = call(budget.lambda_handler, {"task": "reserve", "question": QUESTION})["refused"]
    assert refused == {"error": "OverBudget", "cause": "the budget is spent: switch"}


def test_what_is_no_notification_becomes_a_dead_letter(bench):
    with pytest.raises(Malformed):
        result.lambda_handler(told("hello"), None)


def test_the_sweeper_says_how_many_it_looked_after(bench):
    bench.submit()
    assert call(sweeper.lambda_handler, {}) == {"due": 0}
    bench.later(SETTINGS.due_s)
    assert call(sweeper.lambda_handler, {}) == {"due": 1}


def test_there_is_no_other_task(bench):
    with pytest.raises(ValueError, match="no such task"):
        budget.lambda_handler({"task": "spend"}, None)

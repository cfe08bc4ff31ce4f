"""Submitting, being told, sweeping and paying: one thing at a time."""

from pathlib import Path

import msgspec
import pytest
import yaml
from bodybroker.kernel.errors import Malformed
from bodybroker.models import bronze, prices
from bodybroker.models.bronze import Notification, Outcome
from bodybroker.models.inference import ModelFailed
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import OverBudget
from bodybroker.services.pay_bronze import Answered

from tests.fakes.bronze import failure, places, success
from tests.unit.bronze.conftest import ASKED, QUESTION, SETTINGS

ROOT = Path(__file__).parents[3]
PRICE = prices.load()[SETTINGS.price]


def test_a_task_resumes_with_the_place_of_its_answer(bench):
    inference = bench.submit()
    bench.answer(inference)
    bench.receive(success(inference))
    assert bench.tasks.told["token"] == {
        "inference_id": inference,
        "location": places(inference).output,
        "model": "a-large-model",
        "usage": {"prompt_tokens": 20, "cached_tokens": 0, "completion_tokens": 7},
    }


def test_one_token_makes_one_inference(bench):
    inference = bench.submit()
    assert bench.submitter.submit("token", ASKED) == inference
    assert bench.model.asked == [inference]
    assert bench.submit("another") != inference


def test_a_result_that_comes_before_its_task_wakes_it_and_nothing_is_asked(bench):
    inference = bronze.inference_id("token")
    bench.answer(inference)
    bench.receive(success(inference))
    assert bench.tasks.told == {}
    bench.submit()
    assert bench.tasks.told["token"]["inference_id"] == inference
    assert bench.model.asked == []


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ('ClientError: Received client error (400) from model with message "too long"', "BronzeRefused"),
        ("Received client error (422) from primary", "BronzeRefused"),
        ("Received client error (429) from primary", "BronzeFailed"),
        ("ServerError: Received server error (500) from model", "BronzeFailed"),
        ("ModelError: no answer within 900 s", "BronzeFailed"),
    ],
)
def test_failures_say_whether_asking_again_may_help(bench, reason, error):
    inference = bench.submit()
    bench.receive(failure(inference, reason))
    assert bench.tasks.told["token"] == error


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"choices": []}', b'{"choices": [{"message": {}}]}'])
def test_garbage_is_a_failure(bench, body):
    inference = bench.submit()
    bench.answer(inference, body)
    bench.receive(success(inference))
    assert bench.tasks.told["token"] == "BronzeFailed"


def test_a_success_without_an_object_is_a_failure(bench):
    bench.receive(success(bench.submit()))
    assert bench.tasks.told["token"] == "BronzeFailed"


def test_what_the_endpoint_does_not_take_fails_the_task(bench):
    bench.model.refuses = True
    with pytest.raises(ModelFailed, match="refused"):
        bench.submit()


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{}",
        '{"inferenceId": "i", "invocationStatus": "Odd"}',
        '{"inferenceId": "i", "invocationStatus": "Completed"}',
    ],
)
def test_what_is_no_notification_is_refused(message):
    with pytest.raises(Malformed):
        bronze.read_notification(message)


def test_a_failure_without_a_reason_is_still_a_failure():
    told = bronze.read_notification('{"inferenceId": "i", "invocationStatus": "Failed"}')
    assert told == Notification("i", None, "the endpoint gave no reason")


def test_the_sweeper_finds_what_no_notification_told(bench):
    inference = bench.submit()
    bench.answer(inference)
    assert bench.sweeper.sweep() == 0
    bench.later(SETTINGS.due_s)
    assert bench.sweeper.sweep() == 1
    assert bench.tasks.told["token"]["inference_id"] == inference


def test_the_sweeper_finds_a_failure_that_no_notification_told(bench):
    inference = bench.submit()
    bench.objects.put(places(inference).failure, b"Received client error (400) from primary")
    bench.later(SETTINGS.due_s)
    bench.sweeper.sweep()
    assert bench.tasks.told["token"] == "BronzeRefused"


def test_the_sweeper_fails_what_is_lost_and_closes_it_in_the_end(bench):
    bench.submit()
    bench.later(SETTINGS.due_s)
    bench.sweeper.sweep()
    assert bench.tasks.told["token"] == "BronzeLost"
    assert bench.sweeper.sweep() == 0
    bench.later(SETTINGS.sweep_s + SETTINGS.settle_s)
    bench.sweeper.sweep()
    assert bench.inferences.opened == {}
    assert bench.budgets.entries == []


def test_what_was_lost_and_comes_after_all_is_found_and_paid(bench):
    inference = bench.submit()
    bench.later(SETTINGS.due_s)
    bench.sweeper.sweep()
    bench.answer(inference)  # and nobody tells
    bench.later(SETTINGS.sweep_s + SETTINGS.settle_s)
    bench.sweeper.sweep()
    bench.sweeper.sweep()
    assert bench.tasks.told["token"] == "BronzeLost"
    assert [entry.verdict for entry in bench.budgets.entries] == ["late"]
    assert bench.inferences.opened == {}


def test_a_request_that_was_never_taken_is_lost_soon(bench):
    """The function died between claiming the inference and asking the endpoint."""
    bench.tasks.waiting.add("token")
    claimed = bronze.claim("token", ASKED, int(bench.clock.now().timestamp()), SETTINGS)
    bench.inferences.open(claimed.inference_id, claimed.claimed_at + SETTINGS.accept_s)
    bench.inferences.claim(claimed, 0)
    bench.later(SETTINGS.accept_s)
    bench.sweeper.sweep()
    assert bench.tasks.told["token"] == "BronzeLost"


def test_a_late_answer_resumes_nobody_and_the_house_pays_it_once(bench):
    inference = bench.submit()
    bench.tasks.waiting.clear()  # its time is up
    bench.answer(inference)
    bench.receive(success(inference))
    bench.receive(success(inference))
    assert bench.tasks.told == {}
    bench.later(SETTINGS.task_s + SETTINGS.settle_s)
    bench.sweeper.sweep()
    bench.receive(success(inference))
    bench.later(1)
    bench.sweeper.sweep()
    (entry,) = bench.budgets.entries
    assert (entry.verdict, entry.charged_nanodollars) == ("late", 0)
    assert entry.cost_nanodollars == PRICE.cost_nanodollars(Usage(20, 0, 7)) > 0
    assert bench.inferences.opened == {}


def test_a_sweeper_that_died_before_it_paid_is_followed_by_one_that_pays(bench):
    inference = bench.submit()
    bench.inferences.tell(inference, Outcome("answered", usage=Usage(20, 0, 7)), 0)
    bench.inferences.decide(inference, "late")
    bench.later(SETTINGS.accept_s)
    bench.sweeper.sweep()
    assert [entry.verdict for entry in bench.budgets.entries] == ["late"]


def test_a_receiver_that_died_before_it_woke_the_task_is_followed_by_the_sweeper(bench):
    """The submitting function died too, once the endpoint had the request: it never noted that it was taken."""
    inference = bench.submit()
    bench.inferences.rows[inference] = msgspec.structs.replace(bench.inferences.rows[inference], output=None)
    bench.inferences.tell(inference, Outcome("answered", usage=Usage(20, 0, 7)), 0)
    bench.later(SETTINGS.accept_s)
    bench.sweeper.sweep()
    assert bench.tasks.told["token"]["inference_id"] == inference


def test_an_answer_that_comes_after_everything_was_closed_is_paid_too(bench):
    inference = bench.submit()
    bench.later(SETTINGS.task_s + SETTINGS.settle_s)
    bench.sweeper.sweep()
    bench.tasks.waiting.clear()
    assert bench.inferences.opened == {}
    bench.answer(inference)
    bench.receive(success(inference))
    bench.sweeper.sweep()
    assert [entry.verdict for entry in bench.budgets.entries] == ["late"]


def test_an_inference_of_somebody_else_is_closed(bench):
    bench.receive(failure("somebody-elses", "whatever"))
    bench.later(SETTINGS.accept_s)
    bench.sweeper.sweep()
    assert bench.inferences.opened == {}
    assert ("orphan_closed", {"inference": "somebody-elses"}) in bench.log.records


def test_one_that_fails_does_not_stop_the_sweep_of_the_others(bench):
    broken, good = bench.submit("a"), bench.submit("b")
    bench.later(SETTINGS.due_s)
    bench.inferences.rows[broken] = None  # type: ignore[assignment]
    bench.answer(good)
    find = bench.inferences.find
    bench.inferences.find = lambda each: find(each) if each == good else 1 / 0
    with pytest.raises(ExceptionGroup):
        bench.sweeper.sweep()
    assert bench.tasks.told["b"]["inference_id"] == good


def _answered(inference: str = "i-1") -> Answered:
    return Answered(inference, places(inference).output, "a-large-model", Usage(20, 0, 7))


def test_a_call_is_reserved_at_its_most_and_settled_at_what_it_cost(bench):
    paid = bench.till.reserve(QUESTION)
    assert paid.reservation.nanodollars >= PRICE.cost_nanodollars(Usage(20, 0, 100))
    assert paid.reservation.expires_at - paid.started_at >= SETTINGS.attempts * SETTINGS.task_s
    assert b'"max_tokens":100' in bench.objects.stored[paid.asked.request]
    bench.later(5)
    output = bench.till.settle(paid, _answered())
    cost = PRICE.cost_nanodollars(Usage(20, 0, 7))
    assert output["cost_nanodollars"] == cost
    assert output["location"] == places("i-1").output
    bench.till.settle(paid, _answered())
    (entry,) = bench.budgets.entries
    assert (entry.call_id, entry.charged_nanodollars, entry.cost_nanodollars) == ("call-1", cost, cost)
    assert (entry.tier, entry.layer, entry.latency_ms) == ("bronze", SETTINGS.jobs["quest"].layer, 5000)
    assert bench.budgets.open == {}


def test_a_call_that_failed_costs_nothing(bench):
    paid = bench.till.reserve(QUESTION)
    bench.till.release(paid)
    (entry,) = bench.budgets.entries
    assert (entry.verdict, entry.charged_nanodollars) == ("failed", 0)
    assert bench.budgets.open == {}


def test_what_was_noted_as_late_is_not_paid_again(bench):
    paid = bench.till.reserve(QUESTION)
    bench.inferences.tell("i-1", Outcome("answered", usage=Usage(20, 0, 7)), 0)
    bench.inferences.decide("i-1", "late")
    assert bench.till.settle(paid, _answered())["cost_nanodollars"] == 0


def test_a_budget_that_is_spent_stops_the_call_before_anything_is_asked(bench):
    bench.budgets.level = "off"
    with pytest.raises(OverBudget):
        bench.till.reserve(QUESTION)
    assert bench.budgets.open == {}


def test_a_request_may_lie_in_s3(bench):
    location = "s3://bucket/questions/a/1.json"
    bench.objects.put(location, b'{"messages": [{"role": "user", "content": "x"}], "max_tokens": 9, "stop": ["."]}')
    question = {**QUESTION, "request_location": location}
    del question["request"]
    paid = bench.till.reserve(question)
    assert b'"stop":["."]' in bench.objects.stored[paid.asked.request]
    bench.objects.put("s3://somebody-elses/questions/a/1.json", bench.objects.stored.pop(location))
    for elsewhere in (location, "s3://somebody-elses/questions/a/1.json"):
        with pytest.raises(Malformed, match="no request at"):
            bench.till.reserve({**question, "request_location": elsewhere})


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"job": "gossip", "request_location": "s3://bucket/questions/1"}, ["job", "request"]),
        ({"call_id": "a/../b", "payer": {"player": "me", "plan": "gold"}}, ["call_id", "payer.player", "payer.plan"]),
        ({"request": {"messages": [], "max_tokens": 0, "temperature": 3}}, ["messages", "max_tokens", "temperature"]),
        ({"request": {"messages": [{"role": "boss", "content": 1}], "max_tokens": 1}}, ["role", "content"]),
        ({"request": {"messages": [{"role": "user", "content": "x"}], "max_tokens": 10**6}}, ["max_tokens"]),
        ({"request": None}, ["request"]),
        ({"request": None, "request_location": "s3://bucket/answers/others"}, ["request_location"]),
        ({"surprise": 1}, ["surprise"]),
    ],
)
def test_bad_questions_are_refused_with_every_fault(bench, changes, faults):
    with pytest.raises(Malformed) as caught:
        bench.till.reserve({**QUESTION, **changes})
    assert len(caught.value.faults) == len(faults)
    for fault in faults:
        assert fault in caught.value.detail
    assert bench.budgets.open == {}


def test_times_follow_one_another():
    claimed = bronze.claim("t", ASKED, 0, SETTINGS)
    assert SETTINGS.accept_s < claimed.due_at < SETTINGS.task_s < claimed.closes_at < SETTINGS.keep_s
    assert SETTINGS.queue_s + SETTINGS.answer_s < claimed.due_at
    assert SETTINGS.price in prices.load()


def test_the_state_machine_waits_as_long_as_the_settings_say():
    definition = yaml.safe_load((ROOT / "step_functions/ask_bronze.asl.yaml").read_text())
    assert definition["States"]["Ask"]["TimeoutSeconds"] == SETTINGS.task_s

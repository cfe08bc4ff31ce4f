"""The function cloud_models between the providers: litellm, as it is deployed, speaks to the stand-in."""

import json

import pytest
from bodybroker.models import registry

SPEAKER, NEXT = "claude-haiku-5-5", "gpt-6-luna"
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}


def cost(model, usage):
    entry = registry.load().models[model]
    fresh = usage["prompt_tokens"] - usage["cached_tokens"]
    price = entry.price
    return fresh * price.input + usage["cached_tokens"] * price.cached + usage["completion_tokens"] * price.output


def test_an_answer_costs_what_the_registry_says(ask, event, stand_in):
    reply = ask(**event())
    answer = reply["completion"]
    assert answer["text"].strip() and answer["model"] == SPEAKER
    assert answer["usage"]["prompt_tokens"] > 20 and 0 < answer["usage"]["completion_tokens"] <= 24
    assert answer["cost_nanodollars"] == cost(SPEAKER, answer["usage"])
    assert [attempt["outcome"] for attempt in reply["attempts"]] == ["answered"]
    assert stand_in.models() == [SPEAKER]


@pytest.mark.parametrize(
    ("role", "path", "model"),
    [
        ("speaker", "/anthropic/v1/messages", "claude-haiku-5-5"),
        ("validator", "/openai/v1/chat/completions", "gpt-6-luna"),
        ("teacher", "/openai/v1/responses", "gpt-5-pro"),
    ],
)
def test_every_provider_hears_the_whole_request(ask, event, stand_in, role, path, model):
    answer = ask(**event(role))["completion"]
    (call,) = stand_in.calls()
    assert (call["path"], call["model"], answer["model"]) == (path, model, model)
    sent = json.dumps(call["request"])
    assert "You are Grisel" in sent and "Who are you?" in sent
    assert answer["text"].strip() and answer["cost_nanodollars"] == cost(model, answer["usage"])


def test_gemini_is_asked_when_those_before_it_are_out(ask, event, stand_in):
    stand_in.order({"provider": "openai", "kind": "status"}, {"provider": "anthropic", "kind": "status"})
    answer = ask(**event("teacher"))["completion"]
    assert answer["model"] == "gemini-3.1-pro-preview"
    assert stand_in.calls()[-1]["path"] == "/gemini/models/gemini-3.1-pro-preview:generateContent"
    assert answer["cost_nanodollars"] == cost("gemini-3.1-pro-preview", answer["usage"])


def test_a_prompt_that_was_read_before_costs_less(ask, event):
    ask(**event())
    again = ask(**event())["completion"]
    assert again["usage"]["cached_tokens"] > 0
    unread = cost(SPEAKER, again["usage"] | {"cached_tokens": 0})
    assert again["cost_nanodollars"] == cost(SPEAKER, again["usage"]) < unread


def test_an_answer_is_bound_to_its_schema(ask, event, stand_in):
    reply = ask(**event("validator", schema=SCHEMA))
    assert set(json.loads(reply["completion"]["text"])) == {"name"}
    assert stand_in.calls()[0]["request"]["response_format"]["json_schema"]["schema"] == SCHEMA


def test_hidden_tokens_are_capped_counted_and_paid(ask, event, stand_in):
    stand_in.order(reasoning_tokens=100_000)
    reply = ask(**event("validator"))
    cap = registry.load().models["gpt-6-luna"].hidden_tokens
    (call,), (attempt,) = stand_in.calls(), reply["attempts"]
    assert call["request"]["max_completion_tokens"] == 24 + cap
    usage = reply["completion"]["usage"] if "completion" in reply else None
    assert 0 < attempt["reasoning_tokens"] < 24 + cap
    assert usage is None or usage["completion_tokens"] <= 24 + cap
    assert attempt["cost_nanodollars"] >= attempt["reasoning_tokens"] * 500


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 400},
        {"kind": "garbage"},
        {"kind": "cut"},
        {"kind": "empty"},
    ],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
def test_the_next_answers_when_the_first_does_not(ask, event, stand_in, fault):
    stand_in.order({"provider": "anthropic", **fault})
    reply = ask(**event())
    assert reply["completion"]["model"] == NEXT
    *before, last = [(attempt["model"], attempt["outcome"]) for attempt in reply["attempts"]]
    assert before and all(model == SPEAKER and outcome != "answered" for model, outcome in before)
    assert last == (NEXT, "answered")
    # Charged for the one answer, whatever the others cost.
    assert reply["completion"]["cost_nanodollars"] == cost(NEXT, reply["completion"]["usage"])
    wasted = sum(attempt["cost_nanodollars"] for attempt in reply["attempts"][:-1])
    assert bool(wasted) == (fault["kind"] == "empty")


def test_one_that_is_busy_for_a_moment_is_asked_again(ask, event, stand_in):
    stand_in.order({"provider": "anthropic", "kind": "status", "status": 429, "times": 1})
    reply = ask(**event())
    assert reply["completion"]["model"] == SPEAKER
    assert [attempt["outcome"] for attempt in reply["attempts"]] == ["unavailable", "answered"]
    assert stand_in.models() == [SPEAKER, SPEAKER]


def test_one_that_stalls_is_given_up_in_time(ask, event, stand_in):
    stand_in.order({"provider": "anthropic", "kind": "slow", "delay_s": 20})
    reply = ask(**event(deadline_ms=15_000))
    outcomes = [(attempt["model"], attempt["outcome"]) for attempt in reply["attempts"]]
    assert outcomes == [(SPEAKER, "deadline"), (NEXT, "answered")]
    patience_ms = registry.load().roles["speaker"].attempt_ms
    assert patience_ms <= reply["attempts"][0]["latency_ms"] < patience_ms + 2000


def test_all_dead_is_a_clear_failure(ask, event, stand_in):
    stand_in.order({"provider": "*", "kind": "status", "status": 503})
    reply = ask(**event())
    assert "completion" not in reply
    assert reply["failure"]["reason"] == "unavailable"
    assert SPEAKER in reply["failure"]["detail"] and NEXT in reply["failure"]["detail"]
    assert stand_in.models() == [SPEAKER] * 2 + [NEXT] * 2


def test_all_stalled_ends_with_the_deadline(ask, event, stand_in):
    stand_in.order({"provider": "*", "kind": "slow", "delay_s": 20})
    reply = ask(**event(deadline_ms=2000))
    assert reply["failure"]["reason"] == "deadline"
    assert sum(attempt["latency_ms"] for attempt in reply["attempts"]) < 3000


def test_without_a_key_the_other_provider_answers_and_nobody_is_bothered(make_function, keep_secret, stand_in, event):
    keep_secret("anthropic", {})
    try:
        reply = make_function()(**event())
    finally:
        keep_secret("anthropic", stand_in.secret("anthropic"))
    first = reply["attempts"][0]
    assert (first["outcome"], first["detail"]) == ("refused", "the secret bodybroker/anthropic holds no api_key")
    assert reply["completion"]["model"] == NEXT
    assert stand_in.models() == [NEXT]


def test_a_wrong_key_is_refused_once_and_appears_nowhere(make_function, keep_secret, stand_in, event):
    wrong = "sk-live-0123456789abcdef"
    for provider in ("anthropic", "openai"):
        keep_secret(provider, stand_in.secret(provider, api_key=wrong))
    try:
        function = make_function()
        reply = function(**event())
    finally:
        for provider in ("anthropic", "openai"):
            keep_secret(provider, stand_in.secret(provider))
    assert reply["failure"]["reason"] == "refused"
    assert stand_in.models() == [SPEAKER, NEXT]
    assert wrong not in json.dumps(reply) + function.log.read_text()


def test_a_prompt_that_no_model_holds_is_refused_before_it_costs(ask, event, stand_in):
    messages = [{"role": "user", "content": "liver " * 200_000}]
    reply = ask(**event(messages=messages))
    assert reply["failure"]["reason"] == "refused" and "do not fit" in reply["failure"]["detail"]
    assert stand_in.calls() == []


@pytest.mark.parametrize("change", [{"role": "poet"}, {"max_tokens": "many"}, {"messages": None}])
def test_what_cannot_be_asked_is_refused(ask, event, stand_in, change):
    reply = ask(**(event() | change))
    assert reply["failure"]["reason"] == "refused" and reply["failure"]["detail"]
    assert stand_in.calls() == []


def test_it_starts_without_a_word_to_the_web_and_without_what_it_left_out(ask):
    assert "litellm" in ask.started["modules"]
    assert not {"boto3", "tokenizers", "huggingface_hub"} & set(ask.started["modules"])
    assert "raw.githubusercontent" not in ask.log.read_text()


def test_every_attempt_is_measured(ask, event):
    ask(**event())
    lines = [json.loads(line) for line in ask.log.read_text().splitlines() if line.startswith("{")]
    metrics = [line for line in lines if "_aws" in line]
    assert any(line.get("CloudAttempts") == 1 and line["model"] == SPEAKER for line in metrics)
    assert {metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] for metric in metrics} == {"BodyBroker"}

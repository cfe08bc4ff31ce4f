"""The registry of cloud models: what has ended, what takes its place, what is wrong."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from bodybroker.models import prices, registry
from bodybroker.models.prices import Price
from bodybroker.models.registry import ModelEnded, Tokens, UnknownModel
from bodybroker.models.usage import Usage
from pydantic import ValidationError

TODAY = date(2026, 11, 23)
PRICES = {"p": Price(input=8, cached=1, output=40, source="a list", as_of=TODAY)}
MODEL = {"provider": "openai", "litellm": "openai/a", "listed_as": "a", "price": "p", "cache_write": 10}
MODEL |= {"context_tokens": 100, "output_tokens": 50}


def _document(**models):
    """A registry of models a (openai) and b (anthropic), with one role; keyword arguments change or add models."""
    document = {
        "price_list_url": "https://example.org/list.json",
        "near_end_days": 30,
        "attempts": 2,
        "back_off_ms": 1,
        "least_attempt_ms": 1,
        "models": {"a": dict(MODEL), "b": MODEL | {"provider": "anthropic"}},
        "roles": {"validator": {"primary": "a", "fallbacks": ["b"], "attempt_ms": 100}},
    }
    for name, changes in models.items():
        document["models"][name] = {**document["models"].get(name, MODEL), **changes}
    return deepcopy(document)


def _registry(roles=None, **models):
    document = _document(**models)
    document["roles"] |= roles or {}
    return registry.read(document, PRICES)


def test_a_model_answers_until_the_day_before_its_end():
    found = _registry(a={"ends": "2026-11-24", "successor": "b"})
    assert found.resolve("a", TODAY).name == "a"
    assert found.resolve("a", TODAY + timedelta(days=1)).name == "b"


def test_successors_are_followed_until_one_answers():
    ended = {"ends": "2026-01-01"}
    found = _registry(a=ended | {"successor": "c"}, c=ended | {"successor": "b"})
    assert found.resolve("a", TODAY).name == "b"


def test_a_model_that_refuses_at_its_end_names_its_successor():
    found = _registry(a={"ends": "2026-11-23", "successor": "b", "at_end": "refuse"})
    with pytest.raises(ModelEnded, match="a ended on 2026-11-23; its successor is b") as ended:
        found.resolve("a", TODAY)
    assert ended.value.successor == "b"


def test_a_circle_of_ended_models_is_no_endless_search():
    found = _registry(a={"ends": "2026-01-01", "successor": "b"}, b={"ends": "2026-01-01", "successor": "a"})
    with pytest.raises(ModelEnded):
        found.resolve("a", TODAY)


def test_unknown_names_are_refused():
    found = _registry()
    with pytest.raises(UnknownModel, match="no model is called c"):
        found.resolve("c", TODAY)
    with pytest.raises(UnknownModel, match="no role is called poet"):
        found.chain("poet", TODAY)


def test_a_chain_asks_each_model_once():
    roles = {"director": {"primary": "a", "fallbacks": ["b"], "cheaper": "c", "attempt_ms": 1}}
    found = _registry(roles, a={"ends": "2026-01-01", "successor": "c"}, c={})
    assert [each.name for each in found.chain("director", TODAY)] == ["c", "b"]


def test_a_chain_leaves_out_who_refuses_and_is_refused_when_nobody_is_left():
    refuses = {"ends": "2026-01-01", "successor": "b", "at_end": "refuse"}
    assert [each.name for each in _registry(a=refuses).chain("validator", TODAY)] == ["b"]
    with pytest.raises(ModelEnded):
        _registry(a=refuses, b=refuses | {"successor": "a"}).chain("validator", TODAY)


def test_every_fault_is_told_at_once():
    roles = {"poet": {"primary": "nobody", "attempt_ms": 1}, "alone": {"primary": "d", "attempt_ms": 1}}
    found = _registry(
        roles,
        a={"ends": "2026-01-01"},
        c={"successor": "d"},
        d={"successor": "c", "output_tokens": 101},
    )
    with pytest.raises(ValueError, match=r"models\.yaml") as refused:
        registry.check(found, TODAY)
    for fault in (
        "models.a.ends: it ended on 2026-01-01 and has no successor",
        "models.c.successor: its successors lead back to it",
        "models.d.successor: its successors lead back to it",
        "models.d.output_tokens: more than context_tokens",
        "roles.poet: no model is called nobody",
        "roles.validator: only anthropic is asked",
        "roles.alone: only openai is asked",
    ):
        assert fault in str(refused.value)


def test_an_unknown_successor_is_a_fault():
    assert _registry(a={"successor": "ghost"}).faults(TODAY) == ["models.a.successor: no model is called ghost"]


def test_a_role_without_anybody_is_a_fault():
    refuses = {"ends": "2026-01-01", "at_end": "refuse", "successor": "c"}
    faults = _registry(a=refuses, b=refuses, c={}).faults(TODAY)
    assert faults == ["roles.validator: every model of it has ended"]


def test_a_malformed_document_lists_what_is_missing_and_what_is_too_much():
    document = _document(a={"context_tokens": 0, "vat": 1})
    del document["models"]["b"]["price"]
    document["models"]["c"] = MODEL | {"price": "unknown"}
    with pytest.raises(ValidationError) as refused:
        registry.read(document, PRICES)
    places = {".".join(map(str, fault["loc"])) for fault in refused.value.errors()}
    assert places == {"models.a.context_tokens", "models.a.vat", "models.b.price", "models.c.price"}
    assert "prices.yaml has no price of unknown" in str(refused.value)


def test_models_in_use_that_end_soon_are_told():
    found = _registry(
        a={"ends": str(TODAY + timedelta(days=30)), "successor": "b"},
        b={"ends": str(TODAY + timedelta(days=31)), "successor": "a"},
        unused={"ends": str(TODAY + timedelta(days=1)), "successor": "a"},
    )
    assert found.near_their_end(TODAY) == [("a", 30)]
    assert found.near_their_end(TODAY + timedelta(days=1)) == [("a", 29), ("b", 30)]
    assert found.ended(TODAY + timedelta(days=30)) == ["a"]


def test_written_tokens_cost_their_own_price_and_reasoning_is_output():
    model = _registry().models["a"]
    tokens = Tokens(Usage(prompt_tokens=100, cached_tokens=60, completion_tokens=20), written=30, reasoning=15)
    assert model.cost_of(tokens) == 10 * 8 + 30 * 10 + 60 * 1 + 20 * 40


def test_no_answer_costs_more_than_the_worst_case():
    found = _registry(a={"reasoning": {"effort": "low", "cap_tokens": 7}})
    worst = found.worst_cost("validator", prompt_tokens=100, answer_tokens=20, today=TODAY)
    model = found.models["a"]
    for cached, written in ((0, 0), (0, 100), (100, 0), (50, 50)):
        assert model.cost_of(Tokens(Usage(100, cached, 27), written=written)) <= worst
    assert worst == 100 * 10 + 27 * 40


def test_what_is_reserved_for_the_cloud_rung_pays_for_whoever_speaks():
    rung, speakers = prices.load()["cloud"], registry.load().chain("speaker", TODAY)
    for speaker in speakers:
        assert speaker.model.worst_cost(3000, 100) <= 3000 * rung.input + 100 * rung.output, speaker.name


def test_ours_is_whole():
    ours = registry.load()
    registry.check(ours, TODAY)
    owners = {"gpt-5-pro": "gpt-5-pro", "claude-sonnet-4-5": "claude-sonnet-4-5"}
    owners |= {"gemini-2.5-pro": "gemini-3.1-pro-preview", "gpt-3.5-turbo": "gpt-6-luna"}
    assert {name: ours.resolve(name, TODAY).name for name in owners} == owners
    later = date(2026, 12, 11)
    assert ours.resolve("gpt-5-pro", later).name == "gpt-6.1-sol"
    assert ours.resolve("claude-sonnet-4-5", later).name == "claude-sonnet-5-5"

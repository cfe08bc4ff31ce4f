"""Which rungs a call is asked on."""

from dataclasses import replace

import pytest
from bodybroker.kernel.ids import PlayerId
from bodybroker.models import ladder, tiers
from bodybroker.models.calls import Call, Payer
from bodybroker.models.inference import ChatRequest
from bodybroker.models.prices import Price
from bodybroker.models.tiers import UnknownJob

TIERS = tiers.load()
ALL = ("gold", "silver", "cloud")


def price(output: int, read: int = 0) -> Price:
    return Price(input=read, cached=0, output=output, source="a test", as_of="2026-11-23")


PRICES = {"gold": price(10), "silver": price(20), "cloud": price(50, 10)}


def call(plan="premium", job="line", text="Hi.", **changes) -> Call:
    request = ChatRequest([{"role": "user", "content": text}], max_tokens=60)
    return replace(Call("c", job, Payer(PlayerId("p"), plan), request), **changes)


def rungs(of: Call, present=ALL, ill=()) -> list[str]:
    return [step.rung for step in ladder.build(of, TIERS, PRICES, present, ill).steps]


def test_the_plan_decides_the_order():
    for plan, expected in TIERS.jobs["line"].ladder.items():
        assert rungs(call(plan)) == list(expected)
    assert rungs(call("free")) == ["gold"] != rungs(call("vip"))


def test_a_major_npc_has_the_ladder_of_its_own_where_there_is_one():
    assert rungs(call(is_major=True))[0] == "silver" != rungs(call())[0]
    assert rungs(call("free", is_major=True)) == rungs(call("free"))


def test_attention_bounds_what_may_be_asked():
    assert rungs(call(attention="bark")) == ["gold"]
    found = ladder.build(call(attention="scripted"), TIERS, PRICES, ALL, ())
    assert found.steps == ()
    assert set(found.skipped.values()) == {"attention"}


def test_a_rung_that_is_absent_ill_or_too_small_is_left_out_with_the_reason():
    long = "a" * TIERS.estimate.bytes_per_token * TIERS.tiers["gold"].context_tokens
    found = ladder.build(call(text=long), TIERS, PRICES, ("gold", "silver"), ("silver",))
    assert found.steps == ()
    assert found.skipped == {"gold": "context", "silver": "breaker", "cloud": "absent"}
    assert rungs(call(text=long)) == ["silver", "cloud"]


def test_the_context_holds_prompt_and_answer():
    room = TIERS.tiers["gold"].context_tokens - TIERS.estimate.tokens_per_message - 60
    exact = "a" * (room * TIERS.estimate.bytes_per_token)
    assert rungs(call("free", text=exact)) == ["gold"]
    assert rungs(call("free", text=exact + "a")) == []


def test_the_worst_case_of_a_step_is_the_whole_answer_and_under_a_schema_a_repair():
    plain = ladder.build(call(), TIERS, PRICES, ALL, ())
    prompt = ladder.prompt_tokens(call().request, TIERS.estimate)
    assert [step.worst_nanodollars for step in plain.steps] == [600, 1200, 3000 + 10 * prompt]
    bound = call(request=replace(call().request, schema={"type": "object"}))
    repaired = ladder.build(bound, TIERS, PRICES, ALL, ())
    assert [step.worst_nanodollars for step in repaired.steps] == [1200, 2400, 6000 + 10 * (2 * prompt + 120)]


def test_what_the_budget_cannot_pay_is_left_out():
    found = ladder.build(call(), TIERS, PRICES, ALL, ())
    assert found.amounts == sorted((step.worst_nanodollars for step in found.steps), reverse=True)
    cheaper = found.within(1200)
    assert [step.rung for step in cheaper.steps] == ["gold", "silver"]
    assert cheaper.skipped == {"cloud": "budget"}


def test_bytes_count_not_characters():
    estimate = TIERS.estimate
    latin, greek = call(text="x" * 300).request, call(text="\u03c9" * 300).request
    few, many = ladder.prompt_tokens(latin, estimate), ladder.prompt_tokens(greek, estimate)
    assert many - estimate.tokens_per_message == 2 * (few - estimate.tokens_per_message)


def test_an_unknown_job_is_an_error_that_names_the_known():
    with pytest.raises(UnknownJob) as unknown:
        rungs(call(job="sing"))
    assert "sing" in str(unknown.value)
    assert "acts" in str(unknown.value)

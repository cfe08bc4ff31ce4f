"""Who pays: one reservation, one settlement, and what a budget cannot pay is left out."""

import asyncio
from dataclasses import replace

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId
from bodybroker.models import budget
from bodybroker.models.calls import OutOfRungs
from bodybroker.models.inference import ChatRequest, Chunk
from bodybroker.models.tiers import UnknownJob
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import OverBudget

from tests.fakes.models import failed
from tests.unit.router.conftest import PAYER, PRICES, RUNGS, USAGE, cost


def limited(stage, nanodollars: int) -> None:
    """Let the player's day be that much."""
    settings = budget.load()
    plan = settings.plans.premium.model_copy(update={"player_day": nanodollars, "world_day": nanodollars})
    stage.budgets.settings = settings.model_copy(update={"plans": settings.plans.model_copy(update={"premium": plan})})


def worst(stage, rung: str) -> int:
    tokens = 60
    prompt = -(-len("Good evening.") // stage.router.tiers.estimate.bytes_per_token)
    prompt += stage.router.tiers.estimate.tokens_per_message
    return PRICES[rung].cost_nanodollars(Usage(prompt, 0, tokens))


def test_the_worst_case_of_the_ladder_is_reserved_once(stage, monkeypatch):
    reserved = []
    reserve = stage.budgets.reserve
    monkeypatch.setattr(stage.budgets, "reserve", lambda *given: reserved.append(given) or reserve(*given))
    stage.script(gold=[failed("broken")], silver=[failed("broken")])
    stage.stream()
    [(call_id, payer, job, layer, nanodollars)] = reserved
    assert (call_id, payer, job, layer) == (stage.entries[0].call_id, PAYER, "line", 3)
    assert nanodollars == worst(stage, "cloud")


def test_a_budget_that_cannot_pay_for_the_cloud_still_pays_for_the_endpoints(stage):
    limited(stage, worst(stage, "silver"))
    stage.script(gold=[failed("broken")], silver=[failed("broken")])
    with pytest.raises(OutOfRungs) as out:
        stage.stream()
    assert out.value.reasons == {"gold": "broken", "silver": "broken", "cloud": "budget"}
    assert not stage.models["cloud"].requests


def test_a_budget_that_pays_for_nothing_asks_nobody(stage):
    limited(stage, worst(stage, "gold") - 1)
    with pytest.raises(OverBudget) as over:
        stage.stream()
    assert over.value.scope in ("player", "world")
    assert not stage.entries
    assert not any(stage.models[rung].requests for rung in RUNGS)


@pytest.mark.parametrize("scope", ["switch", "gone"])
def test_a_switch_and_a_deleted_player_are_asked_once(stage, monkeypatch, scope):
    tries = []
    reserve = stage.budgets.reserve
    monkeypatch.setattr(stage.budgets, "reserve", lambda *given: tries.append(given) or reserve(*given))
    if scope == "switch":
        stage.budgets.level = "off"
    else:
        stage.budgets.gone.add(PAYER.player)
    with pytest.raises(OverBudget) as over:
        stage.stream()
    assert over.value.scope == scope
    assert len(tries) == 1
    assert not stage.entries


def test_a_player_never_pays_more_than_was_reserved(stage):
    """An endpoint that reports more than it may have used: the house pays the rest, and the ledger knows."""
    stage.script(gold=["Fresh", Usage(10**6, 0, 10**6)])
    answer = stage.stream()[-1]
    assert answer.cost_nanodollars == worst(stage, "cloud")
    [entry] = stage.entries
    assert entry.charged_nanodollars == worst(stage, "cloud")
    assert entry.cost_nanodollars == cost("gold", Usage(10**6, 0, 10**6))


def test_an_endpoint_that_knows_its_cost_is_believed(stage):
    stage.script(gold=["Fresh", Chunk("", USAGE, "gpt", 77)])
    assert stage.stream()[-1].cost_nanodollars == 77


def test_a_model_with_a_price_of_its_own_is_paid_by_that(stage):
    stage.router = replace(stage.router, prices={**PRICES, "gpt": PRICES["silver"]})
    stage.script(gold=["Fresh", Chunk("", USAGE, "gpt")])
    assert stage.stream()[-1].cost_nanodollars == cost("silver")
    assert stage.entries[0].model == "gpt"


def test_a_ledger_entry_says_it_all(stage):
    stage.script(gold=[1.5, "Fresh", 0.5, USAGE])
    call = stage.call(subjects=("npc", "ghoul"))
    stage.stream(call)
    [entry] = stage.entries
    assert (entry.call_id, entry.player, entry.plan, entry.world) == (
        call.call_id,
        PAYER.player,
        PAYER.plan,
        PAYER.world,
    )
    assert (entry.job, entry.layer, entry.tier, entry.model, entry.adapter) == (
        "line",
        3,
        "gold",
        "gold-endpoint",
        None,
    )
    assert (entry.usage, entry.cost_nanodollars) == (USAGE, cost("gold"))
    assert (entry.latency_ms, entry.first_token_ms) == (2000, 1500)
    assert entry.at.startswith("2026-11-23T12:00:00")


def test_budgets_that_are_away_ask_nobody(stage, monkeypatch):
    def away(*_):
        raise Unavailable("the budgets do not answer")

    monkeypatch.setattr(stage.budgets, "reserve", away)
    with pytest.raises(Unavailable):
        stage.stream()
    assert not any(stage.models[rung].requests for rung in RUNGS)


def test_a_settlement_that_fails_does_not_take_the_answer_away(stage, monkeypatch):
    def away(*_):
        raise Unavailable("the budgets do not answer")

    monkeypatch.setattr(stage.budgets, "settle", away)
    assert stage.stream()[-1].rung == "gold"
    assert "not_settled" in [message for message, _ in stage.log.records]
    stage.budgets.open.clear()  # the sweeper's part


def test_many_calls_at_once_never_spend_more_than_the_budget(stage):
    limited(stage, 40 * worst(stage, "gold"))
    stage.script(gold=["x", Usage(0, 0, 60)])
    payer = replace(PAYER, plan="premium")
    stage.router = replace(stage.router, models={"gold": stage.models["gold"]})

    async def all_at_once():
        return await asyncio.gather(
            *(stage.router.complete(stage.call(payer=payer)) for _ in range(100)), return_exceptions=True
        )

    answers = stage.time.run(all_at_once())
    refused = [answer for answer in answers if isinstance(answer, OverBudget)]
    assert len(refused) == 60
    assert sum(entry.charged_nanodollars for entry in stage.entries) == sum(
        answer.cost_nanodollars for answer in answers if not isinstance(answer, OverBudget)
    )


def test_an_unknown_job_is_an_error_and_leaves_the_ledger_alone(stage):
    with pytest.raises(UnknownJob):
        stage.stream(stage.call(job="sing"))
    assert not stage.entries


def test_a_prompt_over_a_rungs_context_goes_to_the_next_and_over_all_is_a_clear_error(stage):
    per_token = stage.router.tiers.estimate.bytes_per_token

    def call(tokens: int):
        request = ChatRequest([{"role": "user", "content": "x" * (tokens * per_token)}], max_tokens=60)
        return stage.call(request=request)

    assert stage.stream(call(5000))[-1].rung == "silver"
    with pytest.raises(OutOfRungs) as out:
        stage.stream(call(200_000))
    assert str(out.value) == "nobody answers 'line': gold context, silver context, cloud context"


def test_an_npc_that_nobody_looks_at_asks_nobody(stage):
    with pytest.raises(OutOfRungs) as out:
        stage.stream(stage.call(attention="dormant"))
    assert set(out.value.reasons.values()) == {"attention"}


def test_who_has_no_event_loop_is_answered_too(stage):
    answer = stage.router.complete_now(stage.call(payer=replace(PAYER, player=PlayerId("p2"))))
    assert answer.completion.text == "Fresh meat tonight."

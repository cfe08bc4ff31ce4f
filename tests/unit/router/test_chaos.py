"""Whatever an endpoint does, the answer arrives within its deadline from the next rung, and is charged once."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

import pytest
from bodybroker.models.calls import Answer, Fell, OutOfRungs, Speaking
from bodybroker.models.inference import ChatRequest, Chunk, ModelFailed
from bodybroker.models.usage import Usage

from tests.fakes.models import failed
from tests.unit.router.conftest import PAYER, RUNGS, USAGE, WELL, Stage, cost, spoke, words

HANGS = 1e6
SCHEMA = {"type": "object", "properties": {"act": {"enum": ["none", "leave"]}}, "required": ["act"]}
GOOD, BAD = json.dumps({"act": "leave"}), json.dumps({"act": "kill"})

FAULTS = {
    "slow to begin": ([HANGS], "deadline"),
    "cut in the middle": (["Fresh", failed("broken")], "broken"),
    "silent in the middle": (["Fresh", HANGS], "deadline"),
    "garbage": ([failed("garbage")], "garbage"),
    "garbage in the middle": (["Fresh", failed("garbage")], "garbage"),
    "nothing": ([], "garbage"),
    "a report and no words": ([Usage(90, 0, 0)], "garbage"),
    "429": ([failed("unavailable")], "unavailable"),
    "5xx": ([0.05, failed("unavailable")], "unavailable"),
    "cold": ([0.4, failed("unavailable")], "unavailable"),
    "4xx": ([failed("refused")], "refused"),
}


def total_s(stage: Stage) -> float:
    return stage.router.tiers.jobs["line"].deadlines_ms.total / 1000


@pytest.mark.parametrize("name", FAULTS)
def test_the_next_rung_answers_and_is_charged_once(stage, name):
    script, reason = FAULTS[name]
    stage.deadlines(hedge_after=None)
    stage.script(gold=script)
    heard = stage.stream()
    [fell] = [each for each in heard if isinstance(each, Fell)]
    assert (fell.rung, fell.reason) == ("gold", reason)
    assert spoke(heard) == ["gold", "silver"]
    assert words(heard) == "Fresh meat tonight."
    answer = heard[-1]
    assert isinstance(answer, Answer)
    assert (answer.rung, answer.endpoint, answer.cost_nanodollars) == ("silver", "silver-endpoint", cost("silver"))
    assert answer.completion.text == "Fresh meat tonight."
    assert stage.time.now <= total_s(stage)
    [entry] = stage.charged
    assert (entry.verdict, entry.tier, entry.charged_nanodollars) == ("answered", "silver", cost("silver"))


@pytest.mark.parametrize("name", FAULTS)
def test_where_every_rung_fails_it_is_said_in_time_and_costs_nothing(stage, name):
    script, reason = FAULTS[name]
    stage.script(**dict.fromkeys(RUNGS, script))
    with pytest.raises(OutOfRungs) as out:
        stage.stream()
    assert out.value.reasons["gold"] == reason
    assert set(out.value.reasons) == set(RUNGS)
    assert stage.time.now <= total_s(stage)
    assert not stage.charged
    assert stage.entries[0].verdict == "procedural"


def test_a_line_that_never_ends_is_over_at_its_deadline(stage):
    stage.script(gold=[part for _ in range(60) for part in ("word ", 2.9)])
    with pytest.raises(OutOfRungs) as out:
        stage.stream()
    assert out.value.reasons == {"gold": "deadline", "silver": "deadline", "cloud": "deadline"}
    assert stage.time.now == total_s(stage)
    assert [len(stage.models[rung].requests) for rung in RUNGS] == [1, 0, 0], "nobody is asked when time is up"


def test_the_house_pays_for_what_was_cut(stage):
    stage.script(gold=["Fresh", " meat", failed("broken")])
    stage.stream()
    answered, cut = stage.entries
    assert (cut.verdict, cut.tier, cut.charged_nanodollars, cut.usage.completion_tokens) == ("failed", "gold", 0, 2)
    assert cut.cost_nanodollars == cost("gold", cut.usage) > 0
    assert cut.call_id == f"{answered.call_id}/gold"


class TestHedging:
    """Who is slow to speak gets company; who speaks first is heard, the other is stopped and paid by the house."""

    def test_the_next_rung_speaks_first(self, stage):
        stage.script(gold=[HANGS])
        heard = stage.stream()
        assert spoke(heard) == ["gold", "silver"]
        assert not [each for each in heard if isinstance(each, Fell)], "nothing was said that is void"
        assert words(heard) == "Fresh meat tonight."
        hedge_s = stage.router.tiers.jobs["line"].deadlines_ms.hedge_after / 1000
        assert stage.time.now == hedge_s
        assert stage.models["gold"].left == 1, "the loser goes on for nobody"
        [charged] = stage.charged
        assert charged.tier == "silver"
        [loser] = [entry for entry in stage.entries if entry.verdict == "hedged"]
        assert (loser.tier, loser.charged_nanodollars) == ("gold", 0)
        assert loser.cost_nanodollars > 0, "its prompt was read"

    def test_the_first_rung_speaks_after_all(self, stage):
        stage.script(gold=[2.6, *WELL], silver=[HANGS])
        heard = stage.stream()
        assert spoke(heard) == ["gold"]
        assert stage.models["silver"].left == 1
        assert [entry.tier for entry in stage.charged] == ["gold"]
        assert [entry.tier for entry in stage.entries if entry.verdict == "hedged"] == ["silver"]

    def test_nobody_is_asked_beside_who_speaks_in_time(self, stage):
        stage.script(gold=[2.4, "Fresh", 2.4, " meat", USAGE])
        stage.stream()
        assert not stage.models["silver"].requests

    def test_the_first_fails_while_the_second_thinks(self, stage):
        stage.script(gold=[3.0, failed("unavailable")], silver=[2.0, *WELL])
        heard = stage.stream()
        assert [type(each) for each in heard[:3]] == [Speaking, Fell, Speaking]
        assert words(heard) == "Fresh meat tonight."
        assert stage.time.now == 4.5
        assert len(stage.models["silver"].requests) == 1, "who is asked already is not asked again"

    def test_the_second_fails_unheard(self, stage):
        stage.script(gold=[4.0, *WELL], silver=[failed("unavailable")], cloud=[HANGS])
        heard = stage.stream()
        assert not [each for each in heard if isinstance(each, Fell)]
        assert (spoke(heard), stage.time.now) == (["gold"], 4.0)

    def test_a_whole_answer_is_raced_too(self, stage):
        stage.deadlines("acts", hedge_after=1000)
        stage.script(gold=[HANGS], silver=[GOOD, USAGE])
        answer = stage.complete(acts(stage))
        assert (answer.rung, answer.completion.text) == ("silver", GOOD)
        assert stage.time.now == 1.0

    def test_a_plan_with_one_rung_is_never_hedged(self, stage):
        stage.script(gold=[5.0, *WELL])
        stage.stream(stage.call(payer=replace(PAYER, plan="free")))
        assert [len(stage.models[rung].requests) for rung in RUNGS] == [1, 0, 0]


def acts(stage: Stage, **changes):
    request = ChatRequest([{"role": "user", "content": "What do you do?"}], max_tokens=60, schema=SCHEMA)
    return stage.call(job="acts", request=replace(request, **changes))


class TestBreaker:
    """An endpoint that fails is left alone, tried again, and heals."""

    def test_it_opens_and_the_endpoint_is_spared(self, stage):
        stage.script(gold=[failed("unavailable")])
        for _ in range(5):
            assert stage.stream()[-1].rung == "silver"
        assert stage.breaker("gold") == "open"
        assert len(stage.models["gold"].requests) == stage.router.tiers.breaker.least
        assert spoke(stage.heard) == ["silver"], "nobody waits for who is known to be ill"

    def test_it_heals_by_one_call_that_goes_well(self, stage):
        stage.script(gold=[failed("broken")])
        for _ in range(3):
            stage.stream()
        stage.script(gold=WELL)
        assert spoke(stage.stream()) == ["silver"]
        stage.time.wait(stage.router.tiers.breaker.open_ms / 1000)
        assert stage.breaker("gold") == "half-open"
        assert stage.stream()[-1].rung == "gold"
        assert stage.breaker("gold") == "closed"

    def test_a_probe_that_fails_opens_it_for_longer_and_the_call_is_answered_all_the_same(self, stage):
        stage.script(gold=[failed("broken")])
        for _ in range(3):
            stage.stream()
        stage.time.wait(stage.router.tiers.breaker.open_ms / 1000)
        assert stage.stream()[-1].rung == "silver"
        stage.time.wait(stage.router.tiers.breaker.open_ms / 1000)
        assert stage.breaker("gold") == "open"

    def test_while_one_call_tries_it_the_others_go_on(self, stage):
        stage.script(gold=[failed("broken")])
        for _ in range(3):
            stage.stream()
        stage.time.wait(stage.router.tiers.breaker.open_ms / 1000)
        stage.script(gold=[1.0, *WELL])
        before = len(stage.models["gold"].requests)

        async def at_once():
            return await asyncio.gather(*(stage.router.complete(stage.call()) for _ in range(4)))

        rungs = [answer.rung for answer in stage.time.run(at_once())]
        assert sorted(rungs) == ["gold", "silver", "silver", "silver"]
        assert len(stage.models["gold"].requests) - before == 1

    def test_who_is_always_overtaken_counts_as_ill(self, stage):
        stage.script(gold=[HANGS])
        for _ in range(3):
            stage.stream()
        assert stage.breaker("gold") == "open"

    @pytest.mark.parametrize("script", [[failed("refused")], [BAD, USAGE]])
    def test_a_bad_request_and_a_weak_answer_are_not_the_endpoints_illness(self, stage, script):
        stage.script(gold=script, silver=[GOOD, USAGE])
        for _ in range(5):
            assert stage.complete(acts(stage)).rung == "silver"
        assert stage.breaker("gold") == "closed"

    def test_a_probe_whose_listener_leaves_tells_nothing(self, stage):
        stage.script(gold=[failed("broken")])
        for _ in range(3):
            stage.stream()
        stage.time.wait(stage.router.tiers.breaker.open_ms / 1000)
        stage.script(gold=WELL)
        stage.time.run(leave_at(stage, Chunk))
        assert stage.breaker("gold") == "half-open"
        assert stage.stream()[-1].rung == "gold"

    def test_with_every_breaker_open_nobody_waits_and_nothing_is_reserved(self, stage, monkeypatch):
        stage.script(**{rung: [failed("unavailable")] for rung in RUNGS})
        for _ in range(3):
            with pytest.raises(OutOfRungs):
                stage.stream()
        monkeypatch.setattr(stage.budgets, "reserve", None)
        with pytest.raises(OutOfRungs) as out:
            stage.stream()
        assert set(out.value.reasons.values()) == {"breaker"}


async def leave_at(stage: Stage, kind: type, call=None) -> None:
    """Listen until the first event of a kind, and go."""
    async with aclosing(stage.router.stream(call or stage.call())) as heard:
        async for each in heard:
            if isinstance(each, kind):
                return


class TestLeaving:
    """However a call ends, it is settled."""

    def test_who_leaves_in_the_middle_pays_for_what_was_said(self, stage):
        stage.script(gold=["Fresh", HANGS])
        stage.time.run(leave_at(stage, Chunk))
        [entry] = stage.entries
        assert (entry.verdict, entry.tier, entry.usage.completion_tokens) == ("answered", "gold", 1)
        assert entry.charged_nanodollars == entry.cost_nanodollars > 0
        assert stage.models["gold"].left == 1

    def test_who_leaves_before_anybody_is_asked_pays_nothing(self, stage):
        stage.time.run(leave_at(stage, Speaking))
        assert not stage.models["gold"].requests
        [entry] = stage.entries
        assert (entry.verdict, entry.charged_nanodollars, entry.cost_nanodollars) == ("failed", 0, 0)

    def test_who_leaves_at_the_answer_pays_for_it(self, stage):
        stage.time.run(leave_at(stage, Answer))
        assert [entry.charged_nanodollars for entry in stage.entries] == [cost("gold")]

    @pytest.mark.parametrize("after_s", [0, 1, 2.6, 4])
    def test_a_call_that_is_cancelled_is_settled(self, stage, after_s):
        stage.script(gold=[3.0, "Fresh", HANGS], silver=[HANGS])

        async def cancelled() -> None:
            task = asyncio.ensure_future(stage.router.complete(stage.call()))
            await asyncio.sleep(after_s)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        stage.time.run(cancelled())
        assert len([entry for entry in stage.entries if "/" not in entry.call_id]) == (after_s > 0)
        assert not stage.charged, "a whole answer that nobody got"

    def test_a_call_that_is_cancelled_while_it_reserves_gives_the_money_back(self, stage):
        async def slowly(blocking, /, *given):
            await asyncio.sleep(1)
            return blocking(*given)

        stage.router = replace(stage.router, off_loop=slowly)

        async def cancelled() -> None:
            task = asyncio.ensure_future(stage.router.complete(stage.call()))
            await asyncio.sleep(0.5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(5)

        stage.time.run(cancelled())
        assert [entry.verdict for entry in stage.entries] == ["failed"]

    def test_a_bug_in_a_model_is_not_hidden_and_still_settled(self, stage):
        stage.script(gold=[ZeroDivisionError()])
        with pytest.raises(ZeroDivisionError):
            stage.stream()
        assert {entry.verdict for entry in stage.entries} == {"failed"}
        assert not stage.charged


class TestSchemas:
    """An answer under a schema meets it, after one repair at most."""

    def test_a_bad_answer_is_repaired_once_with_its_faults_told(self, stage):
        stage.models["gold"].scripts = [[BAD, Usage(90, 80, 5)], [GOOD, Usage(120, 90, 6)]]
        answer = stage.complete(acts(stage))
        assert (answer.rung, answer.completion.text) == ("gold", GOOD)
        first, second = stage.models["gold"].requests
        assert second.messages[: len(first.messages)] == first.messages, "the prefix stays what the model has cached"
        assert second.messages[-2] == {"role": "assistant", "content": BAD}
        assert '$.act must be one of ["none","leave"]' in second.messages[-1]["content"]
        assert answer.completion.usage == Usage(210, 170, 11)
        [charged] = stage.charged
        assert charged.charged_nanodollars == cost("gold", Usage(210, 170, 11)), "one charge, for both requests"

    def test_what_cannot_be_repaired_goes_to_the_next_rung_which_gets_no_repair(self, stage):
        stage.script(gold=[BAD, USAGE], silver=[GOOD, USAGE])
        assert stage.complete(acts(stage)).rung == "silver"
        assert [len(stage.models[rung].requests) for rung in RUNGS] == [2, 1, 0]
        assert [entry.tier for entry in stage.charged] == ["silver"]

    def test_a_schema_that_no_model_meets_ends_with_the_last_answer(self, stage):
        stage.script(**{rung: [BAD, USAGE] for rung in RUNGS})
        with pytest.raises(OutOfRungs) as out:
            stage.complete(acts(stage))
        assert out.value.unfit == BAD
        assert out.value.reasons == {"gold": "garbage", "silver": "garbage"}
        assert not stage.charged

    def test_a_stream_under_a_schema_is_heard_only_when_it_holds(self, stage):
        stage.models["gold"].scripts = [["{", BAD, USAGE], [GOOD, USAGE]]
        heard = stage.stream(acts(stage))
        assert [each.text for each in heard if isinstance(each, Chunk)] == [GOOD]

    def test_a_repair_has_no_more_time_than_the_call(self, stage):
        stage.models["gold"].scripts = [[5.0, BAD, USAGE], [5.0, GOOD, USAGE]]
        with pytest.raises(OutOfRungs):
            stage.complete(acts(stage))
        assert stage.time.now == stage.router.tiers.jobs["acts"].deadlines_ms.total / 1000


def test_that_nobody_answers_is_known_before_a_table_is_asked(stage):
    """The procedural line does not wait for the settlement."""

    async def slowly(blocking, /, *given):
        await asyncio.sleep(1)
        return blocking(*given)

    stage.router = replace(stage.router, off_loop=slowly)
    stage.script(**{rung: [failed("unavailable")] for rung in RUNGS})
    told = []

    async def listen() -> None:
        with pytest.raises(OutOfRungs):
            async for _ in stage.router.stream(stage.call()):
                pass
        told.append(stage.time.now)
        assert stage.budgets.open
        await stage.router.settled()

    stage.time.run(listen())
    assert told == [1.0], "reserving takes a second, and nothing else"
    assert not stage.budgets.open


def test_words_that_the_caller_cannot_use_are_no_answer(stage):
    verdicts = iter([False, True])
    heard = stage.stream(said=lambda: next(verdicts))
    assert [type(each) for each in heard if isinstance(each, Fell | Answer)] == [Fell, Answer]
    assert heard[-1].rung == "silver"
    assert [entry.tier for entry in stage.charged] == ["silver"]


def test_a_failure_in_words_of_its_own_is_told_in_the_log(stage):
    stage.script(gold=[ModelFailed("unavailable", "no capacity")])
    stage.stream()
    [(_, fields)] = [record for record in stage.log.records if record[0] == "rung_failed"]
    assert fields["endpoint"] == "gold-endpoint"
    assert "no capacity" in fields["detail"]

"""A turn on its ladder: who speaks when others fail, what a turn costs, and what it is without any model."""

import asyncio
from dataclasses import replace

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.minds import encounters
from bodybroker.models import prices
from bodybroker.models.usage import Usage
from bodybroker.services.open_turn import Utterance
from bodybroker.services.turn_events import Cut, Done, Listener, Started, Token
from bodybroker.world import rules
from msgspec.structs import replace as changed

from tests.fakes.models import ScriptedModel, failed

SAID = "The dead are patient."


def take(night, plan="basic", listener=None, desk=None) -> list[object]:
    heard: list[object] = []
    desk = desk or night.desk()
    turn = night.opening().open(night.key, Utterance(night.npc_id, "Good evening.", "turn-1", plan))
    asyncio.run(desk.take(turn, listener(heard) if listener else Listener(heard.append)))
    night.leave()
    return heard


def line(heard: list[object]) -> str:
    text = ""
    for event in heard:
        text = "" if isinstance(event, Cut) else text + event.text if isinstance(event, Token) else text
    return text


@pytest.fixture
def silver(night) -> ScriptedModel:
    """A second rung that has something else to say."""
    silver = ScriptedModel("silver", [[*(f"{word} " for word in SAID.split()), Usage(200, 100, 4)]])
    night.models["silver"] = silver
    return silver


@pytest.mark.parametrize(
    ("speech", "reason"),
    [
        (["MODEL_ERROR"], "broken"),
        (["Fresh", " meat", "RESET"], "broken"),
        (["Fresh", b"{garbage\n"], "garbage"),
        (["<|im_end|>", "***"], "garbage"),
    ],
)
def test_the_next_rung_speaks_after_a_cut_and_the_record_names_it(night, endpoint, failures, silver, speech, reason):
    endpoint.speech = [failures.get(step, step) if isinstance(step, str) else step for step in speech]
    heard = take(night)
    assert heard[0] == Started("turn-1", night.npc_id, "model", "gold")
    assert [event.reason for event in heard if isinstance(event, Cut)] == [reason]
    done = heard[-1]
    assert (done.line, done.source, done.model) == (SAID, "model", "silver")
    assert line(heard).strip() == SAID
    [spoken] = night.spoken()
    assert (spoken.line, spoken.source, spoken.model) == (SAID, "model", "silver")


def test_a_plan_with_one_rung_hears_the_procedural_layer_at_once(night, endpoint, silver):
    endpoint.status = 503
    heard = take(night, "free")
    assert (heard[-1].source, heard[-1].model) == ("procedural", "")
    assert not silver.requests


def test_where_every_rung_fails_each_is_cut_and_the_procedural_line_is_last(night, endpoint, silver):
    endpoint.status = 503
    silver.scripts = [["Wait", failed("broken")]]
    heard = take(night)
    assert [event.reason for event in heard if isinstance(event, Cut)] == ["unavailable", "broken"]
    assert heard[-1].source == "procedural"
    assert line(heard) == heard[-1].line
    assert not line(heard).startswith("Wait")


def test_the_bill_is_what_the_ledger_charges(night, endpoint, failures, silver):
    endpoint.speech = ["Fresh", failures["RESET"]]
    done = take(night)[-1]
    charged = [entry for entry in night.budgets.entries if entry.charged_nanodollars]
    assert sum(entry.charged_nanodollars for entry in charged) == done.usage.cost_nanodollars > 0
    assert done.usage.completion_tokens == sum(entry.usage.completion_tokens for entry in charged)
    assert [(entry.job, entry.tier) for entry in charged] == [("line", "silver"), ("acts", "gold")]
    assert charged[0].cost_nanodollars == prices.load()["silver"].cost_nanodollars(Usage(200, 100, 4))
    assert not night.budgets.open


def test_without_a_budget_the_npc_speaks_all_the_same_and_no_model_is_asked(night, endpoint):
    night.budgets.level = "off"
    heard = take(night)
    assert [type(event) for event in heard] == [Started, Token, Done]
    assert heard[0] == Started("turn-1", night.npc_id, "procedural", "")
    assert (heard[-1].source, heard[-1].usage.cost_nanodollars) == ("procedural", 0)
    assert not endpoint.requests
    assert not night.budgets.entries
    assert night.spoken()[0].source == "procedural"


def test_a_deleted_players_budget_asks_no_model(night, endpoint):
    night.budgets.gone.add(night.key.player)
    assert take(night)[-1].source == "procedural"
    assert not endpoint.requests


def test_budgets_that_are_away_leave_the_procedural_line(night, endpoint, monkeypatch):
    def away(*_):
        raise Unavailable("no answer")

    monkeypatch.setattr(night.budgets, "reserve", away)
    assert take(night)[-1].source == "procedural"
    assert not endpoint.requests


def test_a_budget_that_ends_between_line_and_acts_ends_the_acts_only(night, endpoint, monkeypatch):
    reserve = night.budgets.reserve

    def only_lines(call_id, payer, job, *given):
        night.budgets.level = "off" if job == "acts" else "on"
        return reserve(call_id, payer, job, *given)

    monkeypatch.setattr(night.budgets, "reserve", only_lines)
    done = take(night)[-1]
    assert (done.source, done.line) == ("model", "Fresh meat tonight.")
    assert not endpoint.asked


def test_one_reservation_is_all_that_is_added_before_the_first_token(night, endpoint, monkeypatch):
    night.hosts.prepare(night.key, night.npc_id)
    calls: list[str] = []
    before_speech: list[str] = []
    for name in ("reserve", "settle", "note"):
        call = getattr(night.budgets, name)
        monkeypatch.setattr(
            night.budgets, name, lambda *given, name=name, call=call: calls.append(name) or call(*given)
        )
    endpoint.speech = [lambda: before_speech.extend(calls), "Fresh."]
    take(night)
    assert before_speech == ["reserve"]
    assert calls == ["reserve", "settle", "reserve", "settle"]


def test_who_stops_a_turn_pays_for_what_was_heard(night, endpoint):
    def listener(heard: list[object]) -> Listener:
        def emit(event: object) -> None:
            heard.append(event)
            if isinstance(event, Token):
                leaver.stop("cancelled")

        leaver = Listener(emit)
        return leaver

    take(night, listener=listener)
    [entry] = night.budgets.entries
    assert (entry.job, entry.verdict, entry.usage.completion_tokens) == ("line", "answered", 1)
    assert entry.charged_nanodollars > 0
    assert not night.budgets.open


def test_an_npc_that_leads_a_house_is_worth_the_best_rung(night, endpoint, silver):
    encounter = night.hosts.prepare(night.key, night.npc_id)
    night.encounters.put(night.key, changed(encounter, is_major=True))
    assert take(night, "premium")[-1].model == "silver"


def test_only_leaders_of_houses_are_major(night):
    state = night.state
    house_id, house = next(iter(state.houses.houses.items()))
    led = changed(
        state,
        houses=changed(state.houses, houses={**state.houses.houses, house_id: changed(house, leader_id=night.npc_id)}),
    )

    def met(now):
        return encounters.begin(now, night.npc_id, rules.load(), encounter_id="e", branch_id="b", expires_at=0)

    assert met(led).is_major
    unled = changed(led.houses, houses={house_id: changed(house, leader_id=None)})
    assert not met(changed(led, houses=unled)).is_major


def test_the_lane_and_the_subjects_go_with_the_call(night, endpoint):
    desk = night.desk()
    answers = replace(desk.answers, router=replace(desk.answers.router, lanes={"basic": 1}))
    desk = replace(desk, answers=answers)
    take(night, desk=desk)
    assert [request["priority"] for request in endpoint.requests] == [1, 1]

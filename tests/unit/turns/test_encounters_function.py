"""The encounters function: coming near somebody, and the ways in which that fails."""

import json
from dataclasses import replace

import pytest
from bodybroker.kernel.ids import PlayerId
from bodybroker.minds.prompt import Exchange
from bodybroker.services.recording import Outcome
from bodybroker.world.commands import Wait
from msgspec.structs import replace as changed

from functions.encounters import handler
from tests.fakes.http import send


@pytest.fixture
def function(night, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(handler, "desk", lambda: night.hosts)
    monkeypatch.setattr(handler, "router", night.router)
    return handler.lambda_handler


def path(night, npc_id: str | None = None) -> str:
    return f"/worlds/{night.key.world}/npcs/{npc_id or night.npc_id}/encounters"


def test_coming_near_prepares_a_turn_and_warms_the_model(function, night, endpoint):
    reply = send(function, "POST", path(night), {})
    ghoul = night.ghoul
    assert reply.status == 201
    assert reply.body["npc"] == {
        "npc_id": ghoul.character.npc_id,
        "name": ghoul.character.name,
        "race": "ghoul",
        "mood": ghoul.mood,
    }
    assert (reply.body["version"], reply.body["warmed"]) == (night.state.version, True)
    stored = night.encounters.find(night.key, ghoul.character.npc_id)
    assert stored.encounter_id == reply.body["encounter_id"]
    [request] = endpoint.requests
    assert (request["max_tokens"], request["stream"]) == (1, True)
    told = {"role": "user", "content": f"({' '.join(stored.situation)})"}
    assert request["messages"] == [*json.loads(json.dumps(stored.prefix)), told]


@pytest.fixture
def resident(function, night, monkeypatch: pytest.MonkeyPatch):
    """The function, where leading a house makes nobody more."""
    rules = night.hosts.attention.model_copy(update={"rises": {"major": 0, "resident": 0, "crowd": 0}})
    monkeypatch.setattr(handler, "desk", lambda: replace(night.hosts, attention=rules))
    return function


@pytest.mark.parametrize(
    ("body", "attention", "warmed"),
    [
        ({}, "full", True),
        ({"distance_m": 3}, "full", True),
        ({"distance_m": 3, "unseen_ms": 60_000}, "bark", True),
        ({"distance_m": 100.5}, "scripted", False),
        ({"distance_m": 9000}, "dormant", False),
    ],
)
def test_an_npc_that_is_not_worth_it_is_prepared_but_not_read_by_a_model(
    resident, night, endpoint, body, attention, warmed
):
    reply = send(resident, "POST", path(night), body)
    assert (reply.status, reply.body["attention"], reply.body["warmed"]) == (201, attention, warmed)
    assert len(endpoint.requests) == warmed == len(night.budgets.entries)
    stored = night.encounters.find(night.key, night.npc_id)
    assert stored.attention == attention


def test_who_leads_a_house_is_worth_one_level_more(function, night, endpoint):
    assert night.hosts.prepare(night.key, night.npc_id).is_major
    assert send(function, "POST", path(night), {"distance_m": 100.5}).body["attention"] == "bark"


def test_a_level_is_not_left_by_a_step(resident, night, endpoint):
    """In at 15 m, out only well beyond it."""
    distances = (16, 14, 16, 30)
    levels = [send(resident, "POST", path(night), {"distance_m": metres}).body["attention"] for metres in distances]
    assert levels == ["bark", "full", "full", "bark"]


def test_the_player_pays_for_the_warming(function, night, endpoint):
    send(function, "POST", path(night), {})
    [entry] = night.budgets.entries
    assert (entry.job, entry.player, entry.verdict) == ("warm", night.key.player, "answered")
    assert entry.charged_nanodollars > 0
    night.budgets.level = "off"
    assert send(function, "POST", path(night), {}).body["warmed"] is False


@pytest.mark.parametrize("body", [{"distance_m": -1}, {"distance_m": "near"}, {"unseen_ms": -1}, {"distance_m": 1e9}])
def test_a_view_that_cannot_be_is_refused(function, night, endpoint, body):
    reply = send(function, "POST", path(night), body)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")


def test_a_body_is_not_needed(function, night):
    assert send(function, "POST", path(night)).status == 201


@pytest.mark.parametrize("status", [400, 503])
def test_an_encounter_is_prepared_even_where_the_model_is_gone(function, night, endpoint, status):
    endpoint.status = status
    reply = send(function, "POST", path(night), {})
    assert (reply.status, reply.body["warmed"]) == (201, False)
    assert night.encounters.find(night.key, night.npc_id)


def test_coming_near_changes_nothing_in_the_world(function, night):
    version = night.state.version
    send(function, "POST", path(night), {})
    assert night.state.version == version


def test_what_was_said_is_kept_when_the_encounter_is_prepared_anew(function, night, endpoint):
    encounter = night.hosts.prepare(night.key, night.npc_id)
    loaded = night.store.load(night.key)
    said = Exchange("Hi.", "Go.")
    night.hosts.follow(night.key, encounter, Outcome(loaded.head, loaded.state, ()), said)
    send(function, "POST", path(night), {})
    assert night.encounters.find(night.key, night.npc_id).transcript == (said,)
    assert [message["content"] for message in endpoint.requests[-1]["messages"][-3:-1]] == ["Hi.", "Go."]
    night.rewind(night.state.version - 1)
    night.hosts.prepare(night.key, night.npc_id)
    assert night.encounters.find(night.key, night.npc_id).transcript == ()


def test_an_npc_answers_in_the_language_that_is_asked_for(function, night, endpoint):
    send(function, "POST", path(night), {"language": "de"})
    assert "in German" in endpoint.requests[-1]["messages"][0]["content"]
    send(function, "POST", path(night), {})
    assert "in English" in endpoint.requests[-1]["messages"][0]["content"]


def test_what_comes_to_its_mind_is_read_by_the_model_and_kept_until_it_is_asked_again(
    function, night, endpoint, monkeypatch
):
    asked: list[str] = []

    class Mind:
        def in_mind(self, key, loaded, npc_id, said, most):
            asked.append(said)
            return (f"Memory {len(asked)}.",) * most

    mindful = replace(night.hosts, recall=Mind())
    monkeypatch.setattr(handler, "desk", lambda: mindful)
    send(function, "POST", path(night), {})
    stored = night.encounters.find(night.key, night.npc_id)
    assert stored.recollections == ("Memory 1.",) * night.settings.context.memories
    assert "Memory 1." in endpoint.requests[-1]["messages"][-1]["content"]
    loaded = night.store.load(night.key)
    outcome = Outcome(loaded.head, loaded.state, ())
    night.hosts.follow(night.key, changed(stored, said="Do you know me?"), outcome, Exchange("Hi.", "Go."))
    assert night.hosts.prepare(night.key, night.npc_id).recollections == stored.recollections, "a turn asks no memory"
    send(function, "POST", path(night), {})
    assert asked == ["", "Do you know me?"]


@pytest.mark.parametrize(
    ("body", "player", "npc", "status", "code"),
    [
        ("{", "own", "ghoul", 400, "malformed_json"),
        ({"mood": "kind"}, "own", "ghoul", 400, "invalid_body"),
        ({"language": "tlh"}, "own", "ghoul", 400, "invalid_body"),
        ({}, "own", "x", 400, "invalid_body"),
        ({}, "own", "nobody", 404, "unknown_npc"),
        ({}, "own", "away", 422, "npc_not_here"),
        ({}, "none", "ghoul", 401, "unauthorized"),
        ({}, "other", "ghoul", 404, "not_found"),
    ],
)
def test_a_bad_request_prepares_nothing(function, night, endpoint, body, player, npc, status, code):
    here = night.state.player.place_id
    ids = {
        "ghoul": night.npc_id,
        "x": "x",
        "nobody": "01890000-0000-8000-8000-00000000ffff",
        "away": next(n.character.npc_id for n in night.state.npcs.values() if n.character.haunt_id != here),
    }
    players = {"own": night.key.player, "none": None, "other": PlayerId("01890000-0000-7000-8000-00000000ffff")}
    reply = send(function, "POST", path(night, ids[npc]), body, player=players[player])
    assert (reply.status, reply.body["code"]) == (status, code)
    assert endpoint.requests == []
    assert night.encounters.find(night.key, night.npc_id) is None


def test_nobody_is_met_by_day(function, night):
    while night.state.phase == "night":
        night.do(Wait(type="wait", minutes=60))
    reply = send(function, "POST", path(night), {})
    assert (reply.status, reply.body["code"]) == (422, "npc_not_here")

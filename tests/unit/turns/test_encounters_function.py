"""The encounters function: coming near somebody, and the ways in which that fails."""

import json

import pytest
from bodybroker.kernel.ids import PlayerId
from bodybroker.minds.prompt import Exchange
from bodybroker.services.recording import Outcome
from bodybroker.world.commands import Wait

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
    assert request["messages"] == json.loads(json.dumps(stored.prefix))


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
    assert [message["content"] for message in endpoint.requests[-1]["messages"][-2:]] == ["Hi.", "Go."]
    night.rewind(night.state.version - 1)
    night.hosts.prepare(night.key, night.npc_id)
    assert night.encounters.find(night.key, night.npc_id).transcript == ()


@pytest.mark.parametrize(
    ("body", "player", "npc", "status", "code"),
    [
        ("{", "own", "ghoul", 400, "malformed_json"),
        ({"mood": "kind"}, "own", "ghoul", 400, "invalid_body"),
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

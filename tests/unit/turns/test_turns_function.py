"""The turns function over HTTP, as the Web Adapter asks it: the stream, its refusals, its silence, its leavers."""

import json
import threading
from collections.abc import Iterator
from threading import Event
from time import sleep

import httpx
import pytest
import uvicorn
from bodybroker.models import prices

from functions.turns import handler

PLAYER = "01890000-0000-7000-8000-000000000001"
PATIENCE_S = 20


def context(player: str | None = PLAYER) -> dict[str, str]:
    """The header in which the Web Adapter passes on what API Gateway knows."""
    known = {"requestId": "11111111-2222-3333-4444-555555555555"}
    return {"x-amzn-request-context": json.dumps(known | ({"authorizer": {"player_id": player}} if player else {}))}


@pytest.fixture
def function(night, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """The app under its own web server, on the night's desk."""
    monkeypatch.setattr(handler, "desk", night.desk)
    server = uvicorn.Server(uvicorn.Config(handler.app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def path(night) -> str:
    return f"/worlds/{night.key.world}/npcs/{night.npc_id}/turns"


def say(function: httpx.Client, url: str, body: object = None, *, key: str | None = "turn-1", **headers: str):
    sent = {"content-type": "application/json"} | context() | ({"idempotency-key": key} if key else {}) | headers
    content = body if isinstance(body, bytes) else json.dumps({"text": "Good evening."} if body is None else body)
    return function.post(url, content=content, headers=sent)


def read(answer: httpx.Response) -> list[tuple[str, dict]]:
    """The events of a stream, their ids checked."""
    found = []
    for block in answer.text.strip().split("\n\n"):
        if block.startswith(":"):
            continue
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        assert fields["id"] == str(len(found) + 1)
        found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_turn_is_a_stream_of_events(function, night, endpoint):
    endpoint.acts = json.dumps({"mood": "pleased", "act": "leave"})
    npc_id = night.npc_id
    answer = say(function, path(night))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-correlation-id"] == "11111111-2222-3333-4444-555555555555"
    events = read(answer)
    assert [name for name, _ in events] == ["start", "token", "token", "token", "act", "act", "done"]
    assert events[0][1] == {"turn_id": "turn-1", "npc_id": npc_id, "source": "model", "model": "gold"}
    assert "".join(data["text"] for name, data in events if name == "token") == events[-1][1]["line"]
    assert events[4][1] == {"type": "mood_changed", "npc_id": npc_id, "mood": "pleased"}
    assert events[5][1]["type"] == "npc_left"
    done = events[-1][1]
    assert (done["version"], done["source"]) == (night.state.version, "model")
    assert done["usage"]["cost_nanodollars"] == 6 * prices.load()["gold"].output > 0


def test_an_offer_is_one_flat_act(function, night, endpoint):
    taste = night.ghoul.character.tastes
    part = next(item.part for item in night.state.player.inventory.values() if item.part in taste)
    price = taste[part].floor_cents
    endpoint.acts = json.dumps({"mood": "hungry", "act": "offer", "part": part, "price_cents": price})
    [act] = [data for name, data in read(say(function, path(night))) if name == "act"]
    assert (act["type"], act["part"], act["price_cents"]) == ("offer_made", part, price)


def test_start_and_tokens_are_sent_at_once(function, night, endpoint):
    heard = Event()
    endpoint.speech = ["Fresh", heard, " meat."]
    headers = context() | {"idempotency-key": "turn-1"}
    with function.stream("POST", path(night), json={"text": "Hi."}, headers=headers) as answer:
        lines = answer.iter_lines()
        while "Fresh" not in next(lines):
            pass
        heard.set()  # the model says the rest only now
        assert any("meat" in line for line in lines)


def test_silence_is_filled_with_pings(function, night, endpoint, monkeypatch):
    quiet = night.settings.model_copy(update={"ping_ms": 10})
    monkeypatch.setattr(night, "settings", quiet)
    spoken = Event()
    endpoint.speech = [spoken, "Fresh."]
    with function.stream(
        "POST", path(night), json={"text": "Hi."}, headers=context() | {"idempotency-key": "turn-1"}
    ) as answer:
        lines = answer.iter_lines()
        while next(lines) != ": ping":
            pass
        spoken.set()
        assert any("Fresh." in line for line in lines)


def test_a_repeat_says_that_it_is_one(function, night, endpoint):
    first, again = say(function, path(night)), say(function, path(night))
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert [name for name, _ in read(again)] == ["start", "token", "done"]
    assert read(again)[-1][1]["line"] == read(first)[-1][1]["line"]


def test_who_hangs_up_is_recorded_as_far_as_the_talk_went(function, night, endpoint):
    gone = Event()
    on_and_on = [" and", lambda: sleep(0.002)] * 10_000  # longer than it takes to see that nobody listens
    endpoint.speech = ["Fresh", " meat", gone, *on_and_on]
    headers = context() | {"idempotency-key": "turn-1"}
    with function.stream("POST", path(night), json={"text": "Hi."}, headers=headers) as answer:
        lines = answer.iter_lines()
        while "meat" not in next(lines):
            pass
    gone.set()
    assert endpoint.left.wait(PATIENCE_S), "the model went on for nobody"
    while handler._in_progress:
        Event().wait(0.01)
    [spoken] = night.spoken()
    assert spoken.line.startswith("Fresh meat")
    assert spoken.source == "model"


def test_a_turn_that_cannot_be_recorded_ends_in_an_error_event(function, night, endpoint):
    home = next(place.site.place_id for place in night.state.places.values() if place.site.kind == "hideout")
    endpoint.speech = ["Fresh", lambda: night.go(home), " meat."]
    name, data = read(say(function, path(night)))[-1]
    assert name == "error"
    assert (data["problem"]["status"], data["problem"]["code"]) == (422, "npc_not_here")
    assert data["problem"]["correlation_id"] == "11111111-2222-3333-4444-555555555555"


def test_what_nobody_foresaw_says_nothing_about_its_cause(function, night, endpoint, monkeypatch):
    monkeypatch.setattr(night.commands.store, "commit", lambda *_: 1 / 0)
    name, data = read(say(function, path(night)))[-1]
    assert (name, data["problem"]["code"]) == ("error", "internal")
    assert "division" not in json.dumps(data)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"body": b"{"}, 400, "malformed_json"),
        ({"body": {}}, 400, "invalid_body"),
        ({"body": {"text": ""}}, 400, "invalid_body"),
        ({"body": {"text": " \u200b\n"}}, 400, "invalid_body"),
        ({"body": {"text": 7}}, 400, "invalid_body"),
        ({"body": {"text": "x" * 501}}, 400, "invalid_body"),
        ({"body": {"text": "hi", "mood": "kind"}}, 400, "invalid_body"),
        ({"body": b"[" * 20_000}, 413, "body_too_large"),
        ({"key": None}, 400, "idempotency_key_missing"),
        ({"key": "turn 1"}, 400, "idempotency_key_invalid"),
        ({"x-amzn-request-context": "{}"}, 401, "unauthorized"),
        ({"x-amzn-request-context": "nonsense"}, 401, "unauthorized"),
        (context(None), 401, "unauthorized"),
        (context("01890000-0000-7000-8000-00000000ffff"), 404, "not_found"),
    ],
)
def test_a_bad_request_is_refused_before_the_stream_begins(function, night, endpoint, change, status, code):
    version = night.state.version
    answer = say(function, path(night), **change)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]
    assert (night.state.version, endpoint.requests) == (version, [])


def test_ids_that_are_none_and_npcs_that_are_elsewhere(function, night):
    assert say(function, f"/worlds/x/npcs/{night.npc_id}/turns").status_code == 400
    assert say(function, f"/worlds/{night.key.world}/npcs/x/turns").status_code == 400
    away = next(
        npc.character.npc_id
        for npc in night.state.npcs.values()
        if npc.character.haunt_id != night.state.player.place_id
    )
    answer = say(function, f"/worlds/{night.key.world}/npcs/{away}/turns")
    assert (answer.status_code, answer.json()["code"]) == (422, "npc_not_here")

"""The turns function over HTTP, as the Web Adapter asks it: the stream, its refusals, its silence, its leavers."""

import json
import threading
from collections.abc import Iterator
from threading import Event

import httpx
import pytest
import uvicorn
from bodybroker.models import prices
from bodybroker.services.retelling import RetellDesk

from functions.turns import handler

PLAYER = "01890000-0000-7000-8000-000000000001"
NOBODY = "01890000-0000-8000-8000-00000000fff0"
PATIENCE_S = 20


def context(player: str | None = PLAYER) -> dict[str, str]:
    """The header in which the Web Adapter passes on what API Gateway knows."""
    known = {"requestId": "11111111-2222-3333-4444-555555555555"}
    return {"x-amzn-request-context": json.dumps(known | ({"authorizer": {"player_id": player}} if player else {}))}


@pytest.fixture
def function(night, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """The app under its own web server, on the night's desk."""
    opening, taking = night.opening(), night.desk()
    desks = handler.Desks(opening, taking, RetellDesk(opening, taking), night.tapes)
    monkeypatch.setattr(handler, "desks", lambda: desks)
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
    endpoint.acts = json.dumps({"mood": "pleased", "feeling": "same", "act": {"do": "leave"}})
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
    dollars = taste[part].floor_cents // 100 + 1
    offer = {"do": "offer", "part": part, "dollars": dollars}
    endpoint.acts = json.dumps({"mood": "hungry", "feeling": "same", "act": offer})
    [act] = [data for name, data in read(say(function, path(night))) if name == "act"]
    assert (act["type"], act["part"], act["price_cents"]) == ("offer_made", part, dollars * 100)


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


def test_silence_is_filled_with_pings(function, night, endpoint):
    object.__setattr__(handler.desks().opening, "settings", night.settings.model_copy(update={"ping_ms": 10}))
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


def begin(function: httpx.Client, night, key: str = "turn-1", text: str = "Hi.", **headers: str):
    """A turn whose answer is read as it comes."""
    sent = context() | {"idempotency-key": key} | headers
    return function.stream("POST", path(night), json={"text": text}, headers=sent)


def until(lines: Iterator[str], words: str) -> None:
    while words not in next(lines):
        pass


def test_who_loses_the_connection_hears_the_rest(function, night, endpoint):
    """In the middle of a turn, and after it; the model is asked once."""
    more = Event()
    endpoint.speech = ["Fresh", " meat", more, " tonight."]
    with begin(function, night) as answer:
        until(answer.iter_lines(), "meat")  # start, Fresh, meat: three events
    with function.stream("GET", f"{path(night)}/turn-1", headers=context() | {"last-event-id": "2"}) as answer:
        assert answer.headers["idempotent-replayed"] == "true"
        lines = answer.iter_lines()
        until(lines, "id: 3")
        more.set()
        rest = list(lines)
    assert sum(line.startswith("id:") for line in rest) == 2
    assert any("tonight" in line for line in rest) and any('"stopped":null' in line for line in rest)
    assert (len(endpoint.lines), night.spoken()[0].line) == (1, "Fresh meat tonight.")
    later = function.get(f"{path(night)}/turn-1", headers=context() | {"last-event-id": "4"})
    assert later.text.startswith("id: 5\nevent: done")


def test_a_turn_that_is_still_told_is_told_to_the_second_who_asks_with_its_key(function, night, endpoint):
    more = Event()
    endpoint.speech = ["Fresh", more, " meat."]
    with begin(function, night) as first:
        lines = first.iter_lines()
        until(lines, "Fresh")
        with begin(function, night) as second:
            assert second.headers["idempotent-replayed"] == "true"
            again = second.iter_lines()
            until(again, "Fresh")
            more.set()
            assert [line for line in lines if line.startswith("event")] == ["event: token", "event: done"]
            assert [line for line in again if line.startswith("event")] == ["event: token", "event: done"]
    assert len(endpoint.lines) == 1
    assert say(function, path(night), {"text": "Other words."}).json()["code"] == "idempotency_key_reused"


def test_a_turn_whose_tape_has_faded_is_told_from_the_log(function, night, endpoint):
    say(function, path(night))
    night.tapes._pages.clear()
    events = function.get(f"{path(night)}/turn-1", headers=context() | {"last-event-id": "2"}).text
    assert [line for line in events.split("\n") if line.startswith("event")] == [
        "event: start", "event: cut", "event: token", "event: done"
    ]  # fmt: skip
    assert events.startswith("id: 3\n")


def test_a_turn_can_be_stopped_and_what_was_heard_is_recorded(function, night, endpoint):
    endpoint.speech = ["Fresh", " meat", Event(), " never said."]
    with begin(function, night) as answer:
        lines = answer.iter_lines()
        until(lines, "meat")
        stopped = function.delete(f"{path(night)}/turn-1", headers=context())
        assert (stopped.status_code, stopped.json()) == (202, {"turn_id": "turn-1", "is_over": False})
        [done] = [json.loads(line[6:]) for line in lines if '"stopped"' in line]
    assert (done["line"], done["stopped"]) == ("Fresh meat…", "cancelled")
    assert [spoken.line for spoken in night.spoken()] == ["Fresh meat…"]
    assert not endpoint.asked, "who was silenced does nothing"
    assert function.delete(f"{path(night)}/turn-1", headers=context()).json()["is_over"] is True
    endpoint.speech = ["Hm."]
    assert read(say(function, path(night), key="turn-2"))[-1][1]["line"] == "Hm."


def test_who_speaks_up_interrupts_and_is_answered_on_what_was_heard(function, night, endpoint):
    endpoint.speech = ["Fresh", " meat", Event(), " never said."]
    with begin(function, night) as answer:
        lines = answer.iter_lines()
        until(lines, "meat")
        endpoint.speech = ["What?"]
        second = read(say(function, path(night), {"text": "Stop!"}, key="turn-2"))
        [done] = [json.loads(line[6:]) for line in lines if '"stopped"' in line]
    assert (done["line"], done["stopped"]) == ("Fresh meat…", "interrupted")
    assert second[-1][1]["line"] == "What?"
    assert [spoken.line for spoken in night.spoken()] == ["Fresh meat…", "What?"]
    assert endpoint.lines[-1]["messages"][-2]["content"] == "Fresh meat…"


def test_nobody_stops_or_hears_what_never_was(function, night, endpoint):
    say(function, path(night))
    stranger = context("01890000-0000-7000-8000-00000000ffff")
    for method, turn, headers, code in (
        ("GET", "turn-9", context(), "unknown_turn"),
        ("DELETE", "turn-9", context(), "unknown_turn"),
        ("GET", "turn-1", stranger, "unknown_turn"),
        ("DELETE", "turn-1", stranger, "unknown_turn"),
    ):
        answer = function.request(method, f"{path(night)}/{turn}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    wrong = function.get(f"{path(night)}/turn-1", headers=context() | {"last-event-id": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "last_event_id_invalid")
    assert function.get(f"{path(night)}/turn-1", headers=context(None)).status_code == 401


def test_who_floods_a_world_with_turns_is_told_when_to_come_back(function, night, endpoint, monkeypatch):
    few = night.settings.floor.model_copy(update={"turns_per_minute": 2})
    object.__setattr__(handler.desks().opening, "settings", night.settings.model_copy(update={"floor": few}))
    for n in range(2):
        assert say(function, path(night), key=f"turn-{n}").status_code == 200
    answer = say(function, path(night), key="turn-3")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_turns")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(endpoint.lines) == 2


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
        ({"body": {"text": "hi", "others": ["x"]}}, 400, "invalid_body"),
        ({"body": {"text": "hi", "others": [NOBODY, NOBODY]}}, 400, "invalid_body"),
        ({"body": {"text": "hi", "others": [f"{NOBODY[:-1]}{n}" for n in range(4)]}}, 400, "invalid_body"),
        ({"body": {"text": "hi", "others": [NOBODY]}}, 404, "unknown_npc"),
        ({"body": {"text": "hi", "language": "tlh"}}, 400, "invalid_body"),
        ({"body": {"text": "\u202e\u2066\u200f\x07"}}, 400, "invalid_body"),
        ({"body": b"x" * 100_000}, 413, "body_too_large"),
        ({"last-event-id": "-1"}, 400, "last_event_id_invalid"),
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

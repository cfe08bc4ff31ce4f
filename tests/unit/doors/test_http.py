"""The HTTP door: what reaches a handler, what the caller gets when something is wrong."""

import json
from base64 import b64encode
from typing import Annotated

import pytest
from bodybroker.doors import http
from bodybroker.doors.http import Answer, Call
from bodybroker.doors.operations import operation
from bodybroker.doors.parse import BODY_LIMIT, Body, Query
from bodybroker.kernel.errors import Conflict, Refused, TooMany
from pydantic import Field

from tests.fakes.http import PLAYER, send
from tests.fakes.log import MemoryLog

WORLD = "01890000-0000-7000-8000-00000000000a"


class Thing(Body):
    number: int
    name: Annotated[str, Field(max_length=5)] = ""


class Filter(Query):
    limit: Annotated[int, Field(ge=1, le=10)] = 3


@operation("POST", "/things/{world}", summary="", request=Thing, responses={200: None}, idempotent=True)
def make(call: Call) -> Answer:
    body = call.body(Thing)
    return Answer(200, {"number": body.number, "player": call.world.player, "key": call.idempotency_key})


@operation("GET", "/things", summary="", query=Filter, responses={200: None})
def find(call: Call) -> Answer:
    return Answer(200, {"limit": call.query(Filter).limit, "player": call.player})


@operation("GET", "/broken", summary="", responses={200: None})
def broken(call: Call) -> Answer:
    raise RuntimeError("the secret is 42")


@operation("GET", "/busy", summary="", responses={200: None})
def busy(call: Call) -> Answer:
    raise TooMany("Slow down.", retry_after=7)


@operation("GET", "/stale", summary="", responses={200: None})
def stale(call: Call) -> Answer:
    raise Conflict("Moved on.", current_version=5)


@operation("GET", "/forbidden", summary="", responses={200: None})
def forbidden(call: Call) -> Answer:
    raise Refused("bag_full", "Your bag is full.", index=3)


handler = http.serve(make, find, broken, busy, stale, forbidden)


def post(body, key="k", **options):
    return send(handler, "POST", f"/things/{WORLD}", body, key=key, **options)


def test_a_good_request_reaches_its_handler():
    reply = post({"number": 1})
    assert (reply.status, reply.body) == (200, {"number": 1, "player": PLAYER, "key": "k"})
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"


def test_a_body_may_be_absent_where_nothing_is_required():
    class Nothing(Body):
        label: str | None = None

    assert Call({"body": None}, {}).body(Nothing) == Nothing()


def test_a_base64_body_is_read():
    event = {"body": b64encode(b'{"number": 2}').decode(), "isBase64Encoded": True}
    assert Call(event, {}).body(Thing).number == 2


@pytest.mark.parametrize(
    "body", ["{", "", "nul", '{"number": 1,}', "[" * 5000, '{"number": "\ud800"}', "\x00", '{"number": 1} x']
)
def test_what_is_no_json_is_malformed(body):
    reply = post(body)
    assert (reply.status, reply.body["code"]) == (400, "malformed_json")
    assert reply.headers["content-type"] == "application/problem+json"


def test_every_fault_is_listed_at_once():
    reply = post({"number": "1", "name": "too long", "extra": True})
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
    assert {fault["path"] for fault in reply.body["faults"]} == {"number", "name", "extra"}
    assert all(fault["message"] for fault in reply.body["faults"])


@pytest.mark.parametrize("number", [1.5, "1", True, None, [1], 1e400])
def test_types_are_not_guessed(number):
    body = '{"number": 1e400}' if number == float("inf") else {"number": number}
    assert post(body).body["faults"][0]["path"] == "number"


def test_a_body_may_have_16_kib_and_no_more():
    body = json.dumps({"number": 1})
    assert post(body + " " * (BODY_LIMIT - len(body))).status == 200
    reply = post(body + " " * (BODY_LIMIT - len(body) + 1))
    assert (reply.status, reply.body["code"]) == (413, "body_too_large")


def test_the_limit_counts_bytes():
    assert post({"number": 1, "name": "é" * (BODY_LIMIT // 4)}).status == 413


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("with space", "idempotency_key_invalid"),
        ("x" * 65, "idempotency_key_invalid"),
    ],
)
def test_the_idempotency_key_is_checked(key, code):
    reply = post({"number": 1}, key=key)
    assert (reply.status, reply.body["code"]) == (400, code)


def test_nobody_gets_in_without_the_authorizer():
    reply = send(handler, "GET", "/things", player=None)
    assert (reply.status, reply.body["code"]) == (401, "unauthorized")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_the_query_is_read_and_checked():
    assert send(handler, "GET", "/things").body["limit"] == 3
    assert send(handler, "GET", "/things", query={"limit": "7"}).body["limit"] == 7
    reply = send(handler, "GET", "/things", query={"limit": "0", "sort": "x"})
    assert (reply.status, reply.body["code"]) == (400, "invalid_query")
    assert {fault["path"] for fault in reply.body["faults"]} == {"limit", "sort"}


def test_an_id_in_the_path_must_be_one():
    reply = send(handler, "POST", "/things/NOT-A-UUID", {"number": 1}, key="k")
    assert (reply.status, reply.body["faults"][0]["path"]) == (400, "world")


def test_an_unknown_route_is_not_found():
    reply = send(handler, "GET", "/nowhere")
    assert (reply.status, reply.body["code"]) == (404, "route_not_found")


def test_an_unexpected_error_tells_nothing_and_is_logged(caplog):
    reply = send(handler, "GET", "/broken")
    assert (reply.status, reply.body["code"]) == (500, "internal")
    assert "42" not in json.dumps(reply.body)
    assert "the secret is 42" in caplog.text
    assert reply.body["correlation_id"] == reply.headers["x-correlation-id"]


def test_problems_say_when_to_try_again_and_where_the_world_stands():
    reply = send(handler, "GET", "/busy")
    assert (reply.status, reply.headers["retry-after"], reply.body["retryable"]) == (429, "7", True)
    reply = send(handler, "GET", "/stale")
    assert (reply.status, reply.body["current_version"]) == (409, 5)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("my-request-1", "my-request-1"),
        ("short", None),
        ("x" * 65, None),
        ("forged\nline", None),
        (None, None),
    ],
)
def test_a_correlation_id_is_echoed_when_it_is_tame(given, expected):
    reply = send(handler, "GET", "/nowhere", headers={"X-Correlation-Id": given} if given else {})
    found = reply.headers["x-correlation-id"]
    assert found == reply.body["correlation_id"] == (expected or "11111111-2222-3333-4444-555555555555")


@pytest.mark.parametrize(
    ("path", "record"),
    [
        ("/forbidden", {"code": "bag_full", "detail": "Your bag is full.", "facts": {"index": 3}}),
        ("/stale", {"code": "stale_version", "detail": "Moved on.", "facts": {"current_version": 5}}),
    ],
)
def test_what_a_rule_refuses_is_on_record(monkeypatch, path, record):
    log = MemoryLog()
    monkeypatch.setattr(log, "bind", lambda correlation_id: None, raising=False)
    monkeypatch.setattr(http, "LOG", log)
    send(handler, "GET", path)
    assert log.records == [("refused", record)]

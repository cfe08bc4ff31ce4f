"""Bad input: each kind its own problem+json, and nothing stored."""

import uuid
from typing import Any

import httpx
import pytest

from play.client import Client
from play.game import Game

NOWHERE = "0190a000-0000-7000-8000-000000000000"


def post(
    http: httpx.Client, path: str, body: Any = None, *, key: str | None = None, raw: bytes | None = None
) -> httpx.Response:
    headers = {"content-type": "application/json", "idempotency-key": key or str(uuid.uuid4())}
    return (
        http.post(path, content=raw, headers=headers)
        if raw is not None
        else http.post(path, json=body, headers=headers)
    )


def check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"] == code, problem
    assert {"type", "title", "status", "detail", "code", "retryable", "correlation_id"} <= problem.keys()
    assert "Traceback" not in answer.text
    return dict(problem)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[]", 400, "invalid_body"),
        (b"", 400, "malformed_json"),
        (b'{"command": {"type": "wait", "minutes": 5}, "pad": "' + b"x" * 20_000 + b'"}', 413, "body_too_large"),
    ],
    ids=["cut off", "not utf-8", "a list", "empty", "oversized"],
)
def test_a_body_that_is_no_command(http: httpx.Client, game: Game, raw: bytes, status: int, code: str) -> None:
    check(post(http, f"/worlds/{game.id}/commands", raw=raw), status, code)
    assert game.client.world(game.id)["version"] == game.version


def test_every_fault_is_listed_at_once(http: httpx.Client, game: Game) -> None:
    body = {"command": {"type": "wait", "minutes": "ten", "hurry": True}, "expected_version": 0, "cheat": 1}
    problem = check(post(http, f"/worlds/{game.id}/commands", body), 400, "invalid_body")
    faults = " ".join(fault["path"] for fault in problem["faults"])
    for name in ("minutes", "hurry", "expected_version", "cheat"):
        assert name in faults


@pytest.mark.parametrize(
    "command",
    [
        {"type": "fly"},
        {"type": "wait", "minutes": -5},
        {"type": "wait", "minutes": 1.5},
        {"type": "travel", "place_id": "morgue"},
        {},
    ],
    ids=["unknown", "negative", "fraction", "no id", "no type"],
)
def test_an_unknown_or_wrong_command(http: httpx.Client, game: Game, command: dict[str, Any]) -> None:
    check(post(http, f"/worlds/{game.id}/commands", {"command": command}), 400, "invalid_body")
    assert game.client.world(game.id)["version"] == game.version


def test_a_difficulty_that_is_none_of_the_rules(http: httpx.Client, client: Client) -> None:
    before = client.worlds()["worlds"]
    check(post(http, "/worlds", {"seed": 7, "difficulty": "impossible"}), 422, "unknown_difficulty")
    check(post(http, "/worlds", {"seed": 7, "difficulty": "No level!"}), 400, "invalid_body")
    assert client.worlds()["worlds"] == before


def test_a_command_out_of_phase_is_refused_by_its_rule(http: httpx.Client, graveyard: Game) -> None:
    graveyard.go("street")
    graveyard.go("morgue")
    morgue = graveyard.view["place"]["place_id"]
    command = {"command": {"type": "rob_morgue", "place_id": morgue}}
    check(post(http, f"/worlds/{graveyard.id}/commands", command), 422, "wrong_phase")
    assert graveyard.client.world(graveyard.id)["version"] == graveyard.version


def test_a_command_needs_an_idempotency_key(http: httpx.Client, game: Game) -> None:
    answer = http.post(f"/worlds/{game.id}/commands", json={"command": {"type": "wait", "minutes": 5}})
    check(answer, 400, "idempotency_key_missing")


@pytest.mark.parametrize("path", ["", "/events", "/branches"])
def test_a_foreign_world_is_not_there(cloud, http: httpx.Client, path: str) -> None:
    with Client(cloud.api) as stranger:
        stranger.sign_in()
        foreign = stranger.create_world(1)["world_id"]
        check(http.get(f"/worlds/{foreign}{path}"), 404, "not_found")
        check(post(http, f"/worlds/{foreign}/commands", {"command": {"type": "wait", "minutes": 5}}), 404, "not_found")
        check(post(http, f"/worlds/{foreign}/return"), 404, "not_found")
        check(post(http, f"/worlds/{foreign}/npcs/{NOWHERE}/encounters", {}), 404, "not_found")
        assert stranger.world(foreign)["version"] == 1


def test_a_path_that_is_no_route(http: httpx.Client) -> None:
    answer = http.get("/graves")
    assert answer.status_code in (403, 404)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("world", ["x", "..%2F..", NOWHERE])
def test_a_world_id_that_is_none(http: httpx.Client, world: str) -> None:
    assert http.get(f"/worlds/{world}").status_code in (400, 404)


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "x" * 501}, {"text": 5}, {"line": "hello"}, {}], ids=str)
def test_a_turn_with_nothing_to_say(http: httpx.Client, graveyard: Game, body: dict[str, Any]) -> None:
    npc = graveyard.npc("ghoul")
    graveyard.meet(npc)
    check(post(http, f"/worlds/{graveyard.id}/npcs/{npc['npc_id']}/turns", body), 400, "invalid_body")


def test_by_day_there_is_nobody_to_talk_to(http: httpx.Client, graveyard: Game) -> None:
    npc = graveyard.npc("ghoul")
    while graveyard.view["time"]["phase"] == "night":
        graveyard.command({"type": "wait", "minutes": 240})
    path = f"/worlds/{graveyard.id}/npcs/{npc['npc_id']}"
    check(post(http, f"{path}/encounters", {}), 422, "npc_not_here")
    check(post(http, f"{path}/turns", {"text": "Hello?"}), 422, "npc_not_here")
    assert graveyard.client.world(graveyard.id)["version"] == graveyard.version

"""Worlds and commands, from event to answer."""

import pytest

from functions.branches.handler import lambda_handler as branches
from functions.commands.handler import lambda_handler as commands
from functions.history.handler import lambda_handler as history
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import send

STRANGER = "01890000-0000-7000-8000-000000000002"
WAIT = {"type": "wait", "minutes": 5}


@pytest.fixture(autouse=True)
def stores(store, projections):
    """Every test here needs them."""


@pytest.fixture
def world():
    return send(worlds, "POST", "/worlds", {"seed": 7, "name": "Nacht"}, key="begin").body


def command(world, body, key="k", **options):
    return send(commands, "POST", f"/worlds/{world['world_id']}/commands", body, key=key, **options)


def look(world, **options):
    return send(worlds, "GET", f"/worlds/{world['world_id']}", **options)


def test_a_world_begins_and_can_be_looked_at(world):
    assert set(world) == {"world_id", "branch_id", "version", "hash", "view"}
    assert world["version"] == 1
    assert look(world).body == world


def test_the_same_seed_makes_the_same_city(world):
    other = send(worlds, "POST", "/worlds", {"seed": 7}, key="other").body
    assert other["world_id"] != world["world_id"]
    assert (other["hash"], other["view"]) == (world["hash"], world["view"])


def test_beginning_again_is_a_replay(world):
    again = send(worlds, "POST", "/worlds", {"seed": 7, "name": "Nacht"}, key="begin")
    assert (again.status, again.body) == (201, world)
    assert again.headers["idempotent-replayed"] == "true"
    reused = send(worlds, "POST", "/worlds", {"seed": 8}, key="begin")
    assert (reused.status, reused.body["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("body", [{"seed": -1}, {"seed": 2**53}, {"seed": "7"}, {"name": "x" * 65}, {"name": "a\nb"}])
def test_a_bad_world_is_refused(body):
    reply = send(worlds, "POST", "/worlds", body, key="bad")
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")


def test_a_command_changes_the_world(world):
    reply = command(world, {"command": WAIT})
    assert reply.status == 200
    assert set(reply.body) == {"branch_id", "version", "hash", "events", "view"}
    assert "idempotent-replayed" not in reply.headers
    assert [recorded["event"]["type"] for recorded in reply.body["events"]] == ["time_passed"]
    now = look(world).body
    assert {name: now[name] for name in ("version", "hash", "view")} == {
        name: reply.body[name] for name in ("version", "hash", "view")
    }


def test_a_repeated_command_answers_the_same_body(world):
    first = command(world, {"command": WAIT})
    command(world, {"command": WAIT}, key="another")
    again = command(world, {"command": WAIT})
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    for other in ({"command": WAIT | {"minutes": 6}}, {"command": WAIT, "expected_version": 1}):
        reused = command(world, other)
        assert (reused.status, reused.body["code"]) == (422, "idempotency_key_reused")


def test_a_stale_version_is_a_conflict(world):
    command(world, {"command": WAIT})
    reply = command(world, {"command": WAIT, "expected_version": 1}, key="stale")
    assert (reply.status, reply.body["code"], reply.body["current_version"]) == (409, "stale_version", 2)
    assert look(world).body["version"] == 2


def test_a_rule_refuses_with_its_code(world):
    nowhere = "01890000-0000-8000-8000-000000000000"
    reply = command(world, {"command": {"type": "travel", "place_id": nowhere}})
    assert reply.status == 422
    assert reply.body["code"] not in ("", "internal")
    assert look(world).body == world


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"command": {"type": "fly"}},
        {"command": {"minutes": 5}},
        {"command": WAIT | {"extra": 1}},
        {"command": {"type": "wait", "minutes": 0}},
        {"command": {"type": "wait", "minutes": "5"}},
        {"command": WAIT, "expected_version": 0},
        {"command": WAIT, "expected_branch": "main"},
        {"command": WAIT, "commands": [WAIT]},
        {"commands": []},
        {"commands": [WAIT] * 21},
        {"commands": [WAIT, {"type": "fly"}]},
        {"command": {"type": "record_turn", "line": "I say so"}},
    ],
)
def test_a_bad_command_is_refused_and_stores_nothing(world, body):
    reply = command(world, body)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
    assert look(world).body == world


def test_another_players_world_does_not_exist(world):
    assert look(world, player=STRANGER).status == 404
    assert command(world, {"command": WAIT}, player=STRANGER).status == 404
    path = f"/worlds/{world['world_id']}"
    assert send(history, "GET", f"{path}/events", player=STRANGER).status == 404
    assert send(branches, "GET", f"{path}/branches", player=STRANGER).status == 404
    assert send(branches, "POST", f"{path}/branches", {"at_version": 1}, key="b", player=STRANGER).status == 404
    assert look(world).body == world


def test_history_and_rewind(world):
    for number in range(3):
        last = command(world, {"command": WAIT}, key=str(number)).body
    path = f"/worlds/{world['world_id']}"
    events = send(history, "GET", f"{path}/events").body["events"]
    assert [recorded["seq"] for recorded in events] == [1, 2, 3, 4]
    page = send(history, "GET", f"{path}/events", query={"after": "1", "limit": "2"}).body["events"]
    assert page == events[1:3]

    rewound = send(branches, "POST", f"{path}/branches", {"at_version": 2, "name": "again"}, key="back")
    assert (rewound.status, rewound.body["version"]) == (201, 3)
    assert rewound.body["branch_id"] != last["branch_id"]
    old, new = send(branches, "GET", f"{path}/branches").body["branches"]
    assert (old["active"], new["active"]) == (False, True)
    assert new["parent_id"] == old["branch_id"] == last["branch_id"]
    assert (new["forked_at"], new["name"], new["version"], old["version"]) == (2, "again", 3, 4)
    events = send(history, "GET", f"{path}/events").body["events"]
    assert [recorded["event"]["type"] for recorded in events][-1] == "world_rewound"
    refused = send(branches, "POST", f"{path}/branches", {"at_version": 99}, key="future")
    assert (refused.status, refused.body["code"]) == (422, "no_such_version")


def test_the_list_of_worlds_pages(world, store, projections):
    from bodybroker.services.project_events import project_world

    for number in range(2):
        send(worlds, "POST", "/worlds", {"seed": number}, key=f"more-{number}")
    for key in store.worlds(None, 10)[0]:
        project_world(store, projections, key)
    first = send(worlds, "GET", "/worlds", query={"limit": "2"}).body
    assert len(first["worlds"]) == 2
    rest = send(worlds, "GET", "/worlds", query={"limit": "2", "cursor": first["next_cursor"]}).body
    assert len(rest["worlds"]) == 1 and "next_cursor" not in rest
    found = {summary["world_id"]: summary for summary in first["worlds"] + rest["worlds"]}
    assert len(found) == 3
    assert (found[world["world_id"]]["name"], found[world["world_id"]]["seed"]) == ("Nacht", 7)
    assert send(worlds, "GET", "/worlds", player=STRANGER).body == {"worlds": []}

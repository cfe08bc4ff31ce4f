"""Branches, history, differences, entities and batches over HTTP."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from play.game import Game

WAIT = {"type": "wait", "minutes": 5}


class Branches:
    """The parts of the API that `make play` does not need."""

    def __init__(self, http: httpx.Client, game: Game) -> None:
        self.http, self.game = http, game
        self.path = f"/worlds/{game.id}"

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None, **query: Any) -> httpx.Response:
        headers = {} if method == "GET" else {"idempotency-key": key or str(uuid4())}
        return self.http.request(method, self.path + path, json=body, headers=headers, params=query)

    def done(self, *request: Any, **options: Any) -> Any:
        answer = self.ask(*request, **options)
        assert answer.is_success, answer.text
        return answer.json()

    def refused(self, *request: Any, **options: Any) -> tuple[int, str]:
        answer = self.ask(*request, **options)
        return answer.status_code, answer.json()["code"]

    def list(self) -> dict[str, Any]:
        return {branch["branch_id"]: branch for branch in self.done("GET", "/branches")["branches"]}

    def look(self) -> Any:
        return self.done("GET", "")


@pytest.fixture
def branches(http: httpx.Client, game: Game) -> Branches:
    for _ in range(3):
        game.command(WAIT)
    return Branches(http, game)


def test_a_life_of_branches(branches: Branches) -> None:
    here = branches.look()
    root = here["branch_id"]
    forked = branches.done("POST", "/branches", {"at_version": 2, "name": "what if", "switch": False})
    other = forked["branch_id"]
    assert branches.look() == here

    assert branches.done("POST", f"/branches/{other}/activation") == forked
    branches.done("POST", "/commands", {"commands": [WAIT, WAIT]})
    left = branches.look()
    assert branches.refused("DELETE", f"/branches/{other}") == (422, "branch_active")
    assert branches.refused("DELETE", f"/branches/{root}") == (422, "branch_has_descendants")

    assert branches.done("POST", f"/branches/{root}/activation", {}) == here
    assert branches.done("POST", f"/branches/{other}/activation") == left
    assert {branch["version"] for branch in branches.list().values()} == {here["version"], left["version"]}
    branches.done("POST", f"/branches/{root}/activation")

    deletion = {"key": "delete-it"}
    assert branches.done("DELETE", f"/branches/{other}", **deletion) == {"branch_id": other}
    again = branches.ask("DELETE", f"/branches/{other}", **deletion)
    assert (again.json(), again.headers["idempotent-replayed"]) == ({"branch_id": other}, "true")
    assert set(branches.list()) == {root}
    assert branches.refused("POST", f"/branches/{other}/activation") == (404, "unknown_branch")
    assert branches.look() == here


def test_history_is_found_by_type_and_by_branch(branches: Branches) -> None:
    root, version = branches.look()["branch_id"], branches.look()["version"]
    branches.done("POST", "/branches", {"at_version": 2})
    assert [e["seq"] for e in branches.done("GET", "/events", type="world_rewound")["events"]] == [3]
    found, after = [], 0
    while after is not None:
        page = branches.done("GET", "/events", branch=root, after=after, limit=2)
        found += page["events"]
        after = page.get("next_after")
    assert [event["seq"] for event in found] == list(range(1, version + 1))
    assert branches.refused("GET", "/events", type="nothing") == (400, "invalid_query")


def test_differences_tell_what_happened(branches: Branches) -> None:
    version = branches.look()["version"]
    found = branches.done("GET", "/diff", **{"from": 1, "to": version})["changes"]
    (minute,) = (change for change in found if change["path"] == "/minute")
    assert (minute["op"], minute["after"] - minute["before"]) == ("replace", 15)
    assert branches.refused("GET", "/diff", **{"from": 1, "to": version + 1}) == (422, "no_such_version")


def test_entities_are_found(branches: Branches) -> None:
    here = branches.look()["view"]["place"]["place_id"]
    places = branches.done("GET", "/entities", type="place")["entities"]
    assert here in {place["entity_id"] for place in places}
    assert branches.done("GET", f"/entities/{here}") in places
    assert branches.refused("GET", f"/entities/{uuid4()}") == (404, "unknown_entity")


def test_a_batch_that_is_refused_never_was(branches: Branches) -> None:
    before = branches.look()
    nowhere = {"type": "travel", "place_id": str(uuid4())}
    answer = branches.ask("POST", "/commands", {"commands": [WAIT, nowhere]})
    assert (answer.status_code, answer.json()["code"], answer.json()["index"]) == (422, "no_way_there", 1)
    assert branches.refused("POST", "/commands", {"commands": [WAIT] * 21}) == (400, "invalid_body")
    assert branches.refused("POST", "/commands", {"command": WAIT, "commands": [WAIT]}) == (400, "invalid_body")
    assert branches.look() == before


def test_a_view_of_some_sections(branches: Branches) -> None:
    assert set(branches.done("GET", "", fields="player,time")["view"]) == {"player", "time"}


def test_the_list_of_worlds_follows_a_switch(branches: Branches) -> None:
    here = branches.look()
    new = branches.done("POST", "/branches", {"at_version": 2})
    wait_until_listed(branches.game, new)
    wait_until_listed(branches.game, branches.done("POST", f"/branches/{here['branch_id']}/activation"))


def wait_until_listed(game: Game, world: Any) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        listed = {(shown["world_id"], shown["branch_id"], shown["version"]) for shown in game.client.worlds()["worlds"]}
        if (game.id, world["branch_id"], world["version"]) in listed:
            return
        time.sleep(0.2)
    raise AssertionError(f"{world['branch_id']} at {world['version']} is not in the list: {listed}")

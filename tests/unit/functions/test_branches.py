"""Branches, history, differences and entities, from event to answer."""

import pytest

from functions.branches.handler import lambda_handler as branches
from functions.commands.handler import lambda_handler as commands
from functions.history.handler import lambda_handler as history
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import send

STRANGER = "01890000-0000-7000-8000-000000000002"
NOWHERE = "01890000-0000-7000-8000-0000000000ff"
WAIT = {"type": "wait", "minutes": 5}


@pytest.fixture(autouse=True)
def stores(store, projections):
    """Every test here needs them."""


class World:
    """A world over HTTP, at version 4 of its first branch."""

    def __init__(self) -> None:
        self.begun = send(worlds, "POST", "/worlds", {"seed": 7}, key="begin").body
        self.path = f"/worlds/{self.begun['world_id']}"
        self.root = self.begun["branch_id"]
        for number in range(3):
            self.command({"command": WAIT}, f"wait-{number}")

    def command(self, body, key, **options):
        return send(commands, "POST", f"{self.path}/commands", body, key=key, **options)

    def fork(self, key="fork", **body):
        return send(branches, "POST", f"{self.path}/branches", body, key=key)

    def branches(self):
        return send(branches, "GET", f"{self.path}/branches").body["branches"]

    def activate(self, branch, key="activate", **options):
        return send(branches, "POST", f"{self.path}/branches/{branch}/activation", key=key, **options)

    def delete(self, branch, key="delete", **options):
        return send(branches, "DELETE", f"{self.path}/branches/{branch}", key=key, **options)

    def get(self, path, **query):
        return send(history, "GET", f"{self.path}/{path}", query=query)

    def look(self):
        return send(worlds, "GET", self.path).body


@pytest.fixture
def world() -> World:
    return World()


def test_a_branch_is_forked_left_taken_up_and_deleted(world):
    before = world.look()
    forked = world.fork(at_version=2, name="what if", switch=False)
    assert (forked.status, forked.body["version"]) == (201, 3)
    assert world.look() == before
    new = forked.body["branch_id"]
    taken = world.activate(new)
    assert (taken.status, taken.body) == (200, forked.body)
    assert world.look() == forked.body
    assert world.activate(new).headers["idempotent-replayed"] == "true"
    assert world.activate(new, "again").body["code"] == "branch_active"
    assert world.delete(new).body["code"] == "branch_active"
    assert world.delete(world.root).body["code"] == "branch_has_descendants"
    world.activate(world.root, "back")
    assert world.look() == before
    assert (world.delete(new, "bye").status, world.delete(new, "bye").body) == (200, {"branch_id": new})
    assert world.delete(new, "bye").headers["idempotent-replayed"] == "true"
    assert [(branch["branch_id"], branch["version"], branch["active"]) for branch in world.branches()] == [
        (world.root, 4, True)
    ]
    assert world.activate(new).body["code"] == "branch_deleted"
    assert world.fork("bad", at_version=1, branch=new).status == 404


def test_a_fork_of_a_branch_that_is_not_active(world):
    world.fork("one", at_version=2)
    forked = world.fork("two", at_version=4, branch=world.root)
    assert (forked.status, forked.body["version"]) == (201, 5)
    assert world.branches()[-1]["parent_id"] == world.root
    assert world.fork("three", at_version=5, branch=world.root).body["code"] == "no_such_version"


@pytest.mark.parametrize("branch", [NOWHERE, "main"])
def test_a_branch_that_never_was(world, branch):
    status = 404 if branch == NOWHERE else 400
    assert world.activate(branch).status == world.delete(branch).status == status
    assert world.get("events", branch=branch).status == status
    assert world.get("diff", **{"from": "1", "to": "2", "branch": branch}).status == status


def test_other_players_find_nothing(world):
    assert world.activate(world.root, player=STRANGER).status == 404
    assert world.delete(world.root, player=STRANGER).status == 404
    for path in ("events", "diff?", "entities", f"entities/{NOWHERE}"):
        query = {"from": "1", "to": "2"} if path == "diff?" else None
        found = send(history, "GET", f"{world.path}/{path.rstrip('?')}", query=query, player=STRANGER)
        assert (found.status, found.body["code"]) == (404, "not_found")


def test_history_by_type_branch_and_page(world):
    world.fork("one", at_version=2)
    page = world.get("events", type="world_rewound,travelled").body
    assert [recorded["seq"] for recorded in page["events"]] == [3] and "next_after" not in page
    page = world.get("events", branch=world.root, limit="3").body
    assert [recorded["seq"] for recorded in page["events"]] == [1, 2, 3]
    rest = world.get("events", branch=world.root, after=str(page["next_after"])).body
    assert [recorded["seq"] for recorded in rest["events"]] == [4] and "next_after" not in rest
    unknown = world.get("events", type="part_sold,part_stolen")
    assert (unknown.status, unknown.body["code"]) == (400, "invalid_query")


def test_differences_between_any_two_versions(world):
    start = world.begun["view"]["time"]["minute"]
    found = world.get("diff", **{"from": "1", "to": "4"}).body
    minute = {"op": "replace", "type": "world", "path": "/minute", "before": start, "after": start + 15}
    assert minute in found["changes"]
    world.fork("one", at_version=2)
    across = world.get("diff", **{"from": "4", "to": "3", "from_branch": world.root}).body["changes"]
    assert {"op": "replace", "type": "world", "path": "/minute", "before": start + 15, "after": start + 5} in across
    assert world.get("diff", **{"from": "1", "to": "1"}).body["changes"] == []
    assert world.get("diff", **{"from": "1", "to": "4"}).body["code"] == "no_such_version"
    assert world.get("diff", **{"from": "0", "to": "1"}).status == world.get("diff", to="1").status == 400


def test_entities_page_by_page_and_one_by_one(world):
    everything = world.get("entities").body
    assert "next_cursor" not in everything
    found, cursor = [], {}
    while cursor is not None:
        page = world.get("entities", limit="2", **cursor).body
        found += page["entities"]
        cursor = {"cursor": page["next_cursor"]} if "next_cursor" in page else None
    assert found == everything["entities"] and len(found) > 3
    assert world.get(f"entities/{found[0]['entity_id']}").body == found[0]
    assert {"seed", "generator", "generator_version"} == set(found[0]["provenance"])
    assert {entity["type"] for entity in world.get("entities", type="place").body["entities"]} == {"place"}
    here = world.begun["view"]["place"]["place_id"]
    assert [entity["entity_id"] for entity in world.get("entities", place=here).body["entities"]] == [here]
    assert world.get("entities", owner="player").body["entities"] == []
    missing = world.get(f"entities/{NOWHERE}")
    assert (missing.status, missing.body["code"]) == (404, "unknown_entity")
    assert world.get("entities", owner="me").status == 400


def test_what_the_player_cannot_know_is_no_entity(world, store):
    (key,) = store.worlds(None, 1)[0]
    state = store.load(key).state
    hidden = next(item_id for place in state.places.values() for item_id in place.stock)
    assert world.get(f"entities/{hidden}").status == 404


def test_a_look_at_some_sections(world):
    whole = world.look()
    some = send(worlds, "GET", world.path, query={"fields": "player,time"}).body
    assert some == whole | {"view": {name: whole["view"][name] for name in ("player", "time")}}
    for fields in ("player,secrets", "", "a b"):
        bad = send(worlds, "GET", world.path, query={"fields": fields})
        assert (bad.status, bad.body["code"]) == (400, "invalid_query")


def test_a_batch_happens_at_once_or_not_at_all(world):
    done = world.command({"commands": [WAIT, WAIT]}, "batch")
    assert (done.status, done.body["version"]) == (200, 6)
    assert [recorded["seq"] for recorded in done.body["events"]] == [5, 6]
    assert world.command({"commands": [WAIT, WAIT]}, "batch").body == done.body
    nowhere = {"type": "travel", "place_id": NOWHERE}
    refused = world.command({"commands": [WAIT, nowhere, WAIT]}, "bad")
    assert (refused.status, refused.body["code"], refused.body["index"]) == (422, "no_way_there", 1)
    assert world.look()["version"] == 6
    elsewhere = world.command({"command": WAIT, "expected_branch": NOWHERE}, "elsewhere")
    assert (elsewhere.status, elsewhere.body["current_version"]) == (409, 6)

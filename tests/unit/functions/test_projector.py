"""The projector and the rebuild tasks, with the events that Lambda gets."""

import pytest
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, PlayerId, WorldId, WorldKey
from bodybroker.ports.locations import Memo
from bodybroker.ports.vault import Shredded

from functions.commands.handler import lambda_handler as commands
from functions.projector import handler as projector
from functions.rebuild.handler import lambda_handler as rebuild
from functions.worlds.handler import lambda_handler as worlds
from tests.fakes.http import PLAYER, send


@pytest.fixture
def world(store, projections) -> str:
    return send(worlds, "POST", "/worlds", {"seed": 7}, key="begin").body["world_id"]


def record(world: str, sk: str, number: int) -> dict:
    keys = {"pk": {"S": f"W#{PLAYER}#{world}"}, "sk": {"S": sk}}
    change = {"Keys": keys, "SequenceNumber": str(number), "StreamViewType": "NEW_IMAGE"}
    return {"eventID": str(number), "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": change}


def stream(*records) -> dict:
    return {"Records": list(records)}


def test_a_batch_leads_to_the_newest_summary(world, projections):
    send(commands, "POST", f"/worlds/{world}/commands", {"command": {"type": "wait", "minutes": 1}}, key="k")
    rows = ("B#000000", "C#begin", "E#000000#000000000001", "H", "E#000000#000000000002", "H")
    batch = stream(*(record(world, sk, number) for number, sk in enumerate(rows, start=1)))
    assert projector.lambda_handler(batch, None) == {"batchItemFailures": []}
    ((_, summary),) = projections.rows.items()
    assert summary.last_seq == 2


def test_a_world_is_projected_once_per_batch(world, projections, monkeypatch):
    projected = []
    monkeypatch.setattr(projector, "project_world", lambda store, projections, key: projected.append(key.world))
    projector.lambda_handler(stream(*(record(world, "H", number) for number in range(1, 6))), None)
    assert projected == [world]


def test_one_poisoned_world_does_not_stop_the_others(world, projections, monkeypatch):
    bad = "01890000-0000-7000-8000-0000000000bb"
    project = projector.project_world

    def fail_on_bad(store, projections, key):
        if key.world == bad:
            raise RuntimeError("poison")
        return project(store, projections, key)

    monkeypatch.setattr(projector, "project_world", fail_on_bad)
    answer = projector.lambda_handler(stream(record(bad, "H", 1), record(world, "H", 2)), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [world_id for _, world_id in projections.rows] == [world]


def test_a_deleted_branch_is_swept_once_per_batch_and_again_on_every_change(world, monkeypatch):
    swept = []
    monkeypatch.setattr(projector, "sweep_world", lambda store, key: swept.append(key.world))
    tombstone = "BD#01890000-0000-7000-8000-0000000000bb"
    assert projector.lambda_handler(stream(*(record(world, tombstone, n) for n in (1, 2))), None)
    projector.lambda_handler(stream(record(world, tombstone, 3)), None)
    assert swept == [world, world]
    gone = record(world, tombstone, 4) | {"eventName": "REMOVE"}
    assert projector.lambda_handler(stream(gone, record(world, "B#000001", 5)), None) == {"batchItemFailures": []}
    assert swept == [world, world]


def test_with_a_deleted_branch_its_documents_are_forgotten(world, store, locations):
    key = WorldKey(PlayerId(PLAYER), WorldId(world))
    [root] = store.stretches(key)
    for branch in (root.branch_id, BranchId("deleted")):
        locations.put_document(key, branch, b"a place", Memo(f"of {branch}", (), ()))
    projector.lambda_handler(stream(record(world, "H", 1)), None)
    assert locations.branches(key) == {root.branch_id, "deleted"}
    projector.lambda_handler(stream(record(world, "BD#deleted", 2)), None)
    assert locations.branches(key) == {root.branch_id}
    assert locations.document(key, f"of {root.branch_id}") == b"a place"


def test_worlds_are_listed_and_rebuilt(world, projections):
    other = send(worlds, "POST", "/worlds", {"seed": 8}, key="other").body["world_id"]
    page = rebuild({"task": "list", "cursor": None}, None)
    assert {item["world"] for item in page["worlds"]} == {world, other}
    assert page["cursor"] is None
    for item in page["worlds"]:
        assert rebuild({"task": "rebuild", **item}, None) == {"version": 1}
    assert len(projections.rows) == 2


def test_a_world_that_is_gone_is_no_failure(world, projections, store, monkeypatch):
    """Accounts are deleted while a rebuild runs, and a backup holds worlds of players who are gone."""
    rebuild({"task": "rebuild", "player": PLAYER, "world": world}, None)
    assert rebuild({"task": "rebuild", "player": PLAYER, "world": "gone"}, None) == {"version": 0}

    def shredded(key):
        raise Shredded("gone")

    monkeypatch.setattr(store, "load", shredded)
    assert rebuild({"task": "rebuild", "player": PLAYER, "world": world}, None) == {"version": 0}
    assert projections.rows == {}


def test_a_record_of_a_player_who_is_gone_is_passed_over(world, projections, store, monkeypatch):
    projector.lambda_handler(stream(record(world, "H", 1)), None)
    assert projections.rows

    def shredded(key):
        raise Shredded("gone")

    monkeypatch.setattr(store, "load", shredded)
    assert projector.lambda_handler(stream(record(world, "H", 2)), None) == {"batchItemFailures": []}
    assert projections.rows == {}


def test_rebuild_errors_keep_the_names_that_the_state_machine_knows(world, projections, store, monkeypatch):
    def out(key):
        raise Unavailable("out")

    monkeypatch.setattr(store, "load", out)
    with pytest.raises(Unavailable):
        rebuild({"task": "rebuild", "player": PLAYER, "world": world}, None)
    with pytest.raises(ValueError, match="no such task"):
        rebuild({"task": "destroy"}, None)

"""Places over the doors: the API's function, and the tasks as the state machine sends them."""

from typing import Any
from uuid import UUID

import pytest
from bodybroker.kernel.errors import NotFound, Unavailable

from functions.check_location import handler as check
from functions.commit_location import handler as commit
from functions.locations import handler as locations
from functions.specialist import handler as specialist
from tests.fakes.http import PLAYER, Reply, send
from tests.unit.locations.conftest import Night

STRANGER = "01890000-0000-7000-8000-000000000002"
NOBODY = str(UUID(int=0))


@pytest.fixture
def night(monkeypatch) -> Night:
    night = Night()
    monkeypatch.setattr(locations, "generator", lambda: night.generator)
    monkeypatch.setattr(locations, "reader", lambda: night.reader)
    monkeypatch.setattr(specialist, "customizer", lambda: night.customizer)
    monkeypatch.setattr(check, "checker", lambda: night.checker)
    monkeypatch.setattr(commit, "committer", lambda: night.committer)
    return night


@pytest.fixture
def ask(night):
    def ask(method: str, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> Reply:
        return send(locations.lambda_handler, method, f"/worlds/{night.key.world}{path}", body, key=key, **more)

    return ask


def begin(ask, night, key: str = "wish-1", **more) -> Reply:
    reply = ask("POST", "/locations", {"place_id": night.place()} | more, key=key)
    assert reply.status in (200, 202), reply.body
    return reply


def event(night, job_id: str, **more: Any) -> dict[str, Any]:
    """What the state machine sends: no more than ids."""
    job = {"player": night.key.player, "world": night.key.world, "job_id": job_id}
    return {"job": job} | more


def carry_out(night, body: Any) -> Any:
    """What the state machine does, in one go."""
    job_id = body["job"]["job_id"]
    ((_, started, waves),) = [one for one in night.pipeline.started if one[1] == job_id]
    attempt, verdict = 1, {"verdict": "again", "entities": [name for wave in waves for name in wave]}
    while verdict["verdict"] == "again":
        for entity in verdict["entities"]:
            sent = event(night, started, task="describe", entity=entity, attempt=attempt)
            specialist.lambda_handler(sent, None)
        verdict = check.lambda_handler(event(night, started, attempt=attempt), None)
        attempt += 1
    return commit.lambda_handler(event(night, started, task="commit"), None)


def test_layer_1_is_answered_at_once_and_leaves_no_job(ask, night):
    first = begin(ask, night, layer=1)
    assert first.status == 200
    assert first.body["job"] is None and first.body["layer"] == 1
    assert first.body == begin(ask, night, layer=1).body
    assert not night.pipeline.started


def test_layer_2_is_a_job_whose_place_can_be_looked_at_afterwards(ask, night):
    begun = begin(ask, night)
    assert begun.status == 202
    job = begun.body["job"]
    assert (job["status"], job["described"]) == ("queued", 0)
    assert ask("GET", f"/locations/{night.place()}").body["code"] == "location_not_made"
    done = carry_out(night, begun.body)
    assert done["status"] == "done"
    followed = ask("GET", f"/jobs/{job['job_id']}").body
    assert (followed["status"], followed["digest"]) == ("done", done["digest"])
    assert followed["described"] == followed["entities"] == len(begun.body["location"]["entities"])
    found = ask("GET", f"/locations/{night.place()}").body
    assert found["digest"] == done["digest"] and found["title"] == followed["title"]
    told = ask("GET", f"/locations/{night.place()}/provenance").body
    assert told["layout"] == "same"
    assert {entity["made"]["source"] for entity in told["entities"]} == {"model"}
    known = begin(ask, night, key="wish-2")
    assert (known.status, known.body["job"], known.body["digest"]) == (200, None, done["digest"])


def test_links_lead_where_they_say(ask, night):
    job = begin(ask, night).body["job"]
    below = f"/worlds/{night.key.world}"
    assert ask("GET", job["links"]["job"].removeprefix(below)).body["job_id"] == job["job_id"]
    assert ask("GET", job["links"]["events"].removeprefix(below)).body["events"]
    assert ask("GET", job["links"]["location"].removeprefix(below)).body["code"] == "location_not_made"


def test_progress_comes_from_where_one_has_read(ask, night):
    body = begin(ask, night).body
    path = f"/jobs/{body['job']['job_id']}/events"
    first = ask("GET", path).body
    assert [step["type"] for step in first["events"]] == ["queued"] and first["is_over"] is False
    carry_out(night, body)
    rest = ask("GET", path, query={"after": "1"}).body
    assert rest["events"][0]["seq"] == 2 and rest["is_over"] is True
    assert ask("GET", path, query={"after": "-1"}).status == 400


def test_a_job_that_was_given_up_asks_no_model_and_commits_nothing(ask, night):
    body = begin(ask, night).body
    path = f"/jobs/{body['job']['job_id']}"
    canceled = ask("DELETE", path)
    assert (canceled.status, canceled.body["status"], canceled.body["reason"]) == (200, "canceled", "asked")
    job_id = body["job"]["job_id"]
    entity = body["location"]["entities"][0]["id"]
    told = specialist.lambda_handler(event(night, job_id, task="describe", entity=entity, attempt=1), None)
    assert told["is_over"] is True
    assert check.lambda_handler(event(night, job_id, attempt=1), None)["verdict"] == "canceled"
    assert commit.lambda_handler(event(night, job_id, task="commit"), None) == {"status": "canceled", "digest": None}
    assert ask("DELETE", path).body == canceled.body


def test_whoever_falls_back_says_why(ask, night):
    body = begin(ask, night).body
    entity = body["location"]["entities"][0]["id"]
    sent = event(night, body["job"]["job_id"], task="fall_back", entity=entity, attempt=1, reason="States.Timeout")
    assert specialist.lambda_handler(sent, None)["source"] == "fallback"
    (step,) = [step for step in ask("GET", f"/jobs/{body['job']['job_id']}/events").body["events"] if "entity" in step]
    assert (step["source"], step["reason"]) == ("fallback", "States.Timeout")


def test_a_job_that_nobody_described_is_settled_with_fallbacks(ask, night):
    body = begin(ask, night).body
    done = commit.lambda_handler(event(night, body["job"]["job_id"], task="settle", reason="States.Timeout"), None)
    assert done["status"] == "done"
    told = ask("GET", f"/locations/{night.place()}/provenance").body
    assert {entity["made"]["source"] for entity in told["entities"]} == {"fallback"}


@pytest.mark.parametrize("task", [specialist, check, commit])
def test_a_task_of_no_job_fails_loudly(night, task):
    with pytest.raises(NotFound):
        task.lambda_handler(event(night, NOBODY, task="describe", entity="place", attempt=1), None)


def test_a_store_that_is_out_is_an_error_that_the_machine_tries_again(ask, night, monkeypatch):
    body = begin(ask, night).body

    def out(*_: object) -> None:
        raise Unavailable("out")

    monkeypatch.setattr(type(night.locations), "find_job", out)
    with pytest.raises(Unavailable):
        check.lambda_handler(event(night, body["job"]["job_id"], attempt=1), None)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, {"place_id"}),
        ({"place_id": "the club", "layer": 3, "again": "yes"}, {"place_id", "layer", "again"}),
        ({"place_id": NOBODY, "seed": 2**64, "width_cm": 10**12, "kind": "castle"}, {"seed", "width_cm", "kind"}),
        ({"place_id": 7, "layer": "2"}, {"place_id", "layer"}),
    ],
)
def test_a_bad_wish_is_refused_with_every_fault(ask, night, body, paths):
    reply = ask("POST", "/locations", body, key="wish-1")
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
    assert {fault["path"] for fault in reply.body["faults"]} == paths
    assert not night.pipeline.started


def test_a_wish_needs_a_key_and_a_place_of_this_world(ask, night):
    assert ask("POST", "/locations", {"place_id": night.place()}).body["code"] == "idempotency_key_missing"
    unknown = ask("POST", "/locations", {"place_id": NOBODY}, key="wish-1")
    assert (unknown.status, unknown.body["code"]) == (404, "unknown_place")


@pytest.mark.parametrize("path", ["/jobs/{job}", "/jobs/{job}/events", "/locations/{place}"])
def test_nobody_sees_what_another_makes(ask, night, path):
    body = begin(ask, night).body
    carry_out(night, body)
    path = path.format(job=body["job"]["job_id"], place=night.place())
    assert ask("GET", path, player=PLAYER).status == 200
    assert ask("GET", path, player=STRANGER).status == 404
    assert ask("GET", path, player=None).status == 401

"""Places on the deployed stacks: made by the real small model, and with its endpoint ordered to fail."""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from bodybroker.generation import pipeline
from bodybroker.kernel.json import canonical

from local_cloud.deploy import REGION
from play.client import ApiError, Client
from tests.fakes.webhooks import GameServer, game_server

GOLD = "bodybroker-gold"
SECRET, KEY = "bodybroker/webhooks", "what only the two of us know"
OVER = ("done", "canceled", "failed")
RULES = pipeline.load()
SLACK_S = 60
"""Cold starts on a busy machine."""


@dataclass(frozen=True)
class World:
    """A world of one player's, by its client."""

    client: Client
    id: str
    places: list[str]

    def call(self, method: str, path: str, body: Any = None, *, key: bool = False) -> Any:
        return self.client._call(method, f"/worlds/{self.id}{path}", body, key=key)

    def begin(self, place: str, **more: Any) -> Any:
        return self.client.generate(self.id, place, **more)

    def end(self, job: str) -> Any:
        """The job when it is over; it is, by the deadline and what may follow on that."""
        deadline = time.monotonic() + RULES.execution_s + SLACK_S
        while (found := self.client.job(self.id, job))["status"] not in OVER:
            assert time.monotonic() < deadline, found
            time.sleep(0.3)
        return found

    def steps(self, job: str, after: int = 0) -> Any:
        return self.call("GET", f"/jobs/{job}/events?after={after}")


def _world(cloud, seed: int) -> Iterator[World]:
    with Client(cloud.api) as client:
        client.sign_in()
        made = client.create_world(seed)
        here = made["view"]["place"]
        ways = [way["place_id"] for way in here["exits"]]
        yield World(client, made["world_id"], [here["place_id"], *ways])


@pytest.fixture(scope="module")
def world(cloud) -> Iterator[World]:
    yield from _world(cloud, 4)


@pytest.fixture(scope="module")
def stranger(cloud) -> Iterator[World]:
    yield from _world(cloud, 4)


@pytest.fixture(scope="module")
def aws(cloud) -> Callable[[str], Any]:
    def client(service: str) -> Any:
        credentials = {"aws_access_key_id": "bodybroker-local", "aws_secret_access_key": "local"}
        return boto3.client(service, endpoint_url=cloud.endpoints["aws"], region_name=REGION, **credentials)

    return client


@pytest.fixture(scope="module")
def studio(aws) -> Iterator[GameServer]:
    """The studio's game server, of which the backend has been told."""
    vault = aws("secretsmanager")
    with game_server() as server:
        vault.put_secret_value(SecretId=SECRET, SecretString=json.dumps({"url": server.url, "signing_key": KEY}))
        _start_anew(aws("lambda"), "WebhooksFunction")
        yield server
    vault.put_secret_value(SecretId=SECRET, SecretString="{}")
    _start_anew(aws("lambda"), "WebhooksFunction")


def _start_anew(functions: Any, name: str) -> None:
    """End the processes of a function, which remember a secret for a quarter of an hour."""
    pages = functions.get_paginator("list_functions").paginate()
    (found,) = (one for page in pages for one in page["Functions"] if name in one["FunctionName"])
    variables = found["Environment"]["Variables"] | {"STARTED_ANEW": str(uuid.uuid4())}
    functions.update_function_configuration(FunctionName=found["FunctionName"], Environment={"Variables": variables})


@pytest.fixture(scope="module")
def made(world: World, studio: GameServer) -> Any:
    """A place that the real model has described: the first answer, and the job when it was over."""
    begun = world.begin(world.places[0])
    return begun, world.end(begun["job"]["job_id"])


@pytest.fixture
def fail(cloud, aws) -> Iterator[Callable[[str], None]]:
    """Order the model's endpoint to fail, before specialists whose breakers are closed; afterwards it is well."""

    def order(kind: str) -> None:
        cloud.run("fault", GOLD, kind)
        _start_anew(aws("lambda"), "SpecialistFunction")

    yield order
    order("none")


def test_layer_1_answers_at_once_and_always_the_same(world):
    first, second = (world.begin(world.places[1], layer=1) for _ in range(2))
    assert first == second
    assert first["job"] is None and first["digest"] is None
    assert first["location"]["site"]["place_id"] == world.places[1]
    with pytest.raises(ApiError) as not_made:
        world.client.location(world.id, world.places[1])
    assert (not_made.value.status, not_made.value.code) == (404, "location_not_made")


def test_a_job_describes_the_place_and_the_world_knows_it(world, made):
    begun, job = made
    assert job["status"] == "done", job
    found = world.client.location(world.id, world.places[0])
    assert found["digest"] == job["digest"] == hashlib.sha256(canonical(found["location"])).hexdigest()
    entities = [entity["id"] for entity in begun["location"]["entities"]]
    assert [each["entity"]["id"] for each in found["location"]["described"]] == entities
    assert all(each["addition"]["text"] or each["addition"]["personality"] for each in found["location"]["described"])
    assert found["location"]["layout"] == begun["location"]["layout"]
    settled = [event for event in world.client.history(world.id) if "location_settled" in json.dumps(event)]
    assert len(settled) == 1 and job["digest"] in json.dumps(settled)


def test_its_progress_can_be_followed(world, made):
    begun, job = made
    told = world.steps(job["job_id"])
    events = told["events"]
    assert told["is_over"] is True
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (events[0]["type"], events[-2]["type"], events[-1]["type"]) == ("queued", "closing", "done")
    described = {event["entity"] for event in events if event["type"] == "described"}
    assert described == {entity["id"] for entity in begun["location"]["entities"]}
    assert (job["described"], job["entities"]) == (len(described), len(described))
    assert world.steps(job["job_id"], after=len(events) - 1)["events"] == events[-1:]


def test_it_says_how_it_came_to_be(world, made):
    told = world.client.provenance(world.id, world.places[0])
    assert told["layout"] == "same"
    made_by = [entity["made"] for entity in told["entities"]]
    spoken = [one for one in made_by if one["source"] in ("model", "cache")]
    assert spoken, "the model answered nothing at all"
    assert all(len(one["prompt_hash"]) == 64 and one["endpoint"] == GOLD for one in spoken)
    assert all(one["reason"] for one in made_by if one["source"] == "fallback")


def test_the_studio_hears_of_it_signed_and_once(made, studio):
    _, job = made
    deadline = time.monotonic() + SLACK_S
    while not studio.received:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (got,) = [each for each in studio.received if job["job_id"].encode() in each.body]
    at, signature = (part.split("=")[1] for part in got.headers["x-bodybroker-signature"].split(","))
    expected = hmac.new(KEY.encode(), at.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(signature, expected)
    told = json.loads(got.body)
    assert (told["type"], told["data"]["digest"]) == ("location.ready", job["digest"])


def test_what_is_made_is_not_made_again_unless_that_is_asked(world, made):
    _, job = made
    known = world.begin(world.places[0])
    assert (known["job"], known["digest"]) == (None, job["digest"])
    again = world.begin(world.places[0], again=True)
    assert again["again"] == 1 and again["location"]["seed"] != known["location"]["seed"]
    canceled = world.call("DELETE", f"/jobs/{again['job']['job_id']}")
    assert (canceled["status"], canceled["reason"]) == ("canceled", "asked")
    assert world.call("DELETE", f"/jobs/{again['job']['job_id']}") == canceled
    assert world.end(again["job"]["job_id"])["status"] == "canceled"
    assert world.client.location(world.id, world.places[0])["digest"] == job["digest"]


def test_a_canceled_job_stays_so_and_a_finished_one_cannot_be_canceled(world, made):
    _, job = made
    assert world.call("DELETE", f"/jobs/{job['job_id']}") == job


def test_one_wish_is_one_job(world):
    body = {"place_id": world.places[1], "layer": 2}
    headers = {"authorization": f"Bearer {world.client.tokens['access_token']}", "idempotency-key": str(uuid.uuid4())}
    url = f"{str(world.client._http.base_url).rstrip('/')}/worlds/{world.id}/locations"
    jobs = {httpx.post(url, json=body, headers=headers, timeout=30).json()["job"]["job_id"] for _ in range(3)}
    (job,) = jobs
    assert world.begin(world.places[1])["job"]["job_id"] == job, "another wish for what is being made"
    world.call("DELETE", f"/jobs/{job}")


def test_nobody_sees_another_players_places(made, world, stranger):
    _, job = made
    paths = [f"/jobs/{job['job_id']}", f"/jobs/{job['job_id']}/events", f"/locations/{world.places[0]}"]
    for other in (World(stranger.client, world.id, []), stranger):
        for method, path in [*(("GET", path) for path in paths), ("DELETE", paths[0])]:
            with pytest.raises(ApiError) as refused:
                other.call(method, path)
            assert refused.value.status == 404, (method, path)
    assert world.client.job(world.id, job["job_id"]) == job


@pytest.mark.parametrize(
    ("body", "status", "paths"),
    [
        ({"place_id": "here", "layer": 3, "again": "no"}, 400, {"place_id", "layer", "again"}),
        ({"layer": 2, "seed": 2**64, "size_cells": 10**9}, 400, {"place_id", "seed", "size_cells"}),
        ({"place_id": str(uuid.UUID(int=0)), "kind": "castle"}, 400, {"kind"}),
        ([], 400, {""}),
        ({"place_id": str(uuid.UUID(int=0))}, 404, set()),
    ],
)
def test_a_bad_wish_is_refused_with_every_fault(world, body, status, paths):
    with pytest.raises(ApiError) as refused:
        world.call("POST", "/locations", body, key=True)
    assert refused.value.status == status
    assert {fault["path"] for fault in refused.value.problem.get("faults", [])} == paths


@pytest.mark.parametrize(
    ("path", "status"), [("/jobs/x", 400), (f"/jobs/{uuid.UUID(int=0)}", 404), ("/locations/x", 400)]
)
def test_what_is_no_id_or_nobodys_is_refused(world, path, status):
    with pytest.raises(ApiError) as refused:
        world.call("GET", path)
    assert refused.value.status == status


@pytest.fixture
def forgotten(aws) -> None:
    """Nothing that was answered before can be answered again."""
    tables = aws("dynamodb")
    (table,) = (name for name in tables.list_tables()["TableNames"] if "ContentCache" in name)
    for item in tables.scan(TableName=table, ConsistentRead=True)["Items"]:
        tables.delete_item(TableName=table, Key={key: item[key] for key in ("pk", "sk")})


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(("kind", "reason"), [("down", "unavailable"), ("garbage", "garbage"), ("slow", "deadline")])
def test_a_place_comes_whatever_the_model_does(cloud, fail, kind, reason):
    """Marked where it did not speak; and in time, however long it thinks."""
    for world in _world(cloud, {"down": 11, "garbage": 12, "slow": 13}[kind]):
        fail(kind)
        started = time.monotonic()
        job = world.end(world.begin(world.places[0])["job"]["job_id"])
        assert job["status"] == "done", job
        assert time.monotonic() - started < RULES.deadline_s + RULES.specialist_s + SLACK_S
        made = [entity["made"] for entity in world.client.provenance(world.id, world.places[0])["entities"]]
        assert [one["source"] for one in made] == ["fallback"] * job["entities"]
        assert all(one["reason"] for one in made)
        assert any(reason in one["reason"] for one in made), made
        assert job["fallbacks"] == job["described"] == job["entities"]

"""Both stores of locations, in memory and on DynamoDB, keep one contract."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from bodybroker.adapters.event_rows import partition
from bodybroker.adapters.locations_table import DynamoLocations
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.generation import jobs
from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Addition, Described, Entity, Made
from bodybroker.generation.sites import Haunt, SiteBrief
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey
from bodybroker.ports.locations import Answered, JobContended, LocationStore, Memo, Verdict
from bodybroker.ports.vault import BadSeal, Shredded
from msgspec.structs import replace

from tests.fakes.locations import MemoryLocations
from tests.fakes.vault import MemoryKeys, memory_vault

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = "2026-11-23T12:00:00.000Z"
KEY = WorldKey(PlayerId("01890000-0000-7000-8000-000000000001"), WorldId("01890000-0000-7000-8000-00000000000a"))
STRANGER = WorldKey(PlayerId("01890000-0000-7000-8000-000000000002"), KEY.world)
LIFETIME = timedelta(days=2)
VAULT = memory_vault()
HERE, THERE = BranchId("b-1"), BranchId("b-2")
PART_BYTES = 64
"""Small enough that a short document has several parts."""


@dataclass
class Kept:
    store: LocationStore
    clock: FixedClock


@pytest.fixture
def dynamo(aws_client: Callable[[str], Any], table: str) -> tuple[Any, str]:
    return aws_client("dynamodb"), table


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> Kept:
    clock = FixedClock(NOON)
    if request.param == "memory":
        return Kept(MemoryLocations(clock), clock)
    client, table = request.getfixturevalue("dynamo")
    return Kept(DynamoLocations(client, table, VAULT, clock, PART_BYTES), clock)


def job(job_id: str = "job-1", place: str = "place-1") -> Job:
    made = Job(
        job_id=job_id,
        place_id=EntityId(place),
        branch_id=HERE,
        kind="morgue",
        seed=2**53 - 1,
        again=0,
        entities=2,
        base="ba" * 32,
        created_at=AT,
        deadline=int(NOON.timestamp()) + 120,
        expires_at=int((NOON + LIFETIME).timestamp()),
    )
    return jobs.queue(made, AT)


def entity(name: str = "r1") -> Entity:
    return Entity(name, "space", "cold_room", "room_detailer", facts=("Es ist kühl.",))


def answered(name: str = "r1", attempt: int = 1, text: str = "Drip — drip.") -> Answered:
    made = Made("room_detailer", "model", 7, attempt, "gold", "gold-1")
    return Answered(attempt, Described(entity(name), Addition(name, title="Cold", text=text), made))


BRIEF = Brief(
    plan="free",
    world_seed=7,
    site=SiteBrief("place-1", "morgue", "Saint Erasmus", 2000, 1500, (Haunt("npc-1", "ghoul", "Mör", ("sly",)),)),
    earlier=("street", "club"),
    entities=(entity(), entity("r2")),
    waves=(("r1",), ("r2",)),
)


def test_a_job_comes_back_as_it_was_with_its_brief(kept):
    assert kept.store.find_job(KEY, "job-1") is None and kept.store.brief(KEY, "job-1") is None
    assert kept.store.add_job(KEY, job(), BRIEF)
    assert kept.store.find_job(KEY, "job-1") == job()
    assert kept.store.brief(KEY, "job-1") == BRIEF


def test_a_job_is_added_once(kept):
    kept.store.add_job(KEY, job(), BRIEF)
    assert not kept.store.add_job(KEY, replace(job(), seed=8), replace(BRIEF, plan="vip"))
    assert kept.store.find_job(KEY, "job-1") == job()
    assert kept.store.brief(KEY, "job-1") == BRIEF


def test_nothing_of_a_world_is_seen_from_another_players(kept):
    kept.store.add_job(KEY, job(), BRIEF)
    kept.store.answer(KEY, job(), answered())
    kept.store.judge(KEY, job(), 1, Verdict((), ()))
    kept.store.make_current(KEY, job(), None)
    digest = put(kept, b"mine")
    assert kept.store.find_job(STRANGER, "job-1") is None and kept.store.brief(STRANGER, "job-1") is None
    assert not kept.store.answers(STRANGER, "job-1") and kept.store.verdict(STRANGER, "job-1", 1) is None
    assert kept.store.current(STRANGER, EntityId("place-1")) is None
    assert kept.store.document(STRANGER, digest) is None


def test_of_two_changes_of_one_version_one_holds(kept):
    kept.store.add_job(KEY, job(), BRIEF)
    running = kept.store.replace_job(KEY, jobs.start(job(), AT))
    assert kept.store.find_job(KEY, "job-1") == running
    with pytest.raises(JobContended):
        kept.store.replace_job(KEY, jobs.cancel(job(), AT, "asked"))
    assert kept.store.find_job(KEY, "job-1") == running
    closed = kept.store.replace_job(KEY, jobs.close(running, AT))
    assert (closed.version, closed.closing) == (3, True)


def test_the_first_answer_of_an_attempt_holds(kept):
    assert kept.store.answer(KEY, job(), answered()) == answered().described
    late = answered(text="Late.")
    assert kept.store.answer(KEY, job(), late) == answered().described
    assert kept.store.answer(KEY, job(), answered(attempt=2, text="Again.")).addition.text == "Again."
    kept.store.answer(KEY, job(), answered("r2"))
    kept.store.answer(KEY, job("job-10"), answered("r3"))
    found = {(each.described.entity.id, each.attempt): each for each in kept.store.answers(KEY, "job-1")}
    assert found.keys() == {("r1", 1), ("r1", 2), ("r2", 1)}
    assert found["r1", 1] == answered()


def test_the_first_verdict_on_an_attempt_holds(kept):
    verdict = Verdict((answered().described,), ("r2",))
    assert kept.store.judge(KEY, job(), 1, verdict) == verdict
    assert kept.store.judge(KEY, job(), 1, Verdict((), ())) == verdict
    assert kept.store.verdict(KEY, "job-1", 1) == verdict
    assert kept.store.verdict(KEY, "job-1", 2) is None


def test_a_place_has_one_current_job(kept):
    place = EntityId("place-1")
    for made in (job(), job("job-2"), job("job-3")):
        kept.store.add_job(KEY, made, BRIEF)
    assert kept.store.make_current(KEY, job(), None)
    assert not kept.store.make_current(KEY, job("job-2"), None)
    assert not kept.store.make_current(KEY, job("job-2"), "job-9")
    assert kept.store.current(KEY, place) == "job-1"
    assert kept.store.make_current(KEY, job("job-2"), "job-1")
    assert kept.store.current(KEY, place) == "job-2"


def test_jobs_are_forgotten_in_time_and_documents_are_not(kept):
    kept.store.add_job(KEY, job(), BRIEF)
    kept.store.make_current(KEY, job(), None)
    digest = put(kept, b"a place")
    kept.clock.instant += LIFETIME
    assert kept.store.find_job(KEY, "job-1") is None and kept.store.brief(KEY, "job-1") is None
    assert kept.store.current(KEY, EntityId("place-1")) is None
    assert kept.store.document(KEY, digest) == b"a place"
    later = replace(job("job-2"), expires_at=int((NOON + 2 * LIFETIME).timestamp()))
    kept.store.add_job(KEY, later, BRIEF)
    assert kept.store.make_current(KEY, later, None), "an expired row is in nobody's way"
    assert kept.store.current(KEY, EntityId("place-1")) == "job-2"


def put(kept: Kept, document: bytes, branch: BranchId = HERE, key: WorldKey = KEY) -> str:
    digest = sha256(document).hexdigest()
    kept.store.put_document(key, branch, document, memo(digest))
    return digest


def memo(digest: str) -> Memo:
    return Memo(digest, ("The cold room", "Drip"), ((1, 2**32 - 1), ()))


def test_what_is_remembered_of_documents_goes_with_them(kept):
    first, second = put(kept, b"one"), put(kept, b"two", THERE)
    assert kept.store.memos(KEY) == {first: memo(first), second: memo(second)}
    assert not kept.store.memos(STRANGER)
    kept.store.forget_branches(KEY, {THERE})
    assert kept.store.memos(KEY) == {first: memo(first)}


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, 50 * PART_BYTES])
def test_a_document_comes_back_byte_for_byte(kept, size):
    document = Random(size).randbytes(size)  # it does not compress
    digest = put(kept, document)
    put(kept, document)
    assert kept.store.document(KEY, digest) == document
    assert kept.store.document(KEY, "0" * 64) is None


def test_a_branch_that_is_gone_takes_its_documents_along(kept):
    shared, lost = Random(1).randbytes(500), Random(2).randbytes(500)
    for branch in (HERE, THERE):
        both = put(kept, shared, branch)
    only = put(kept, lost, THERE)
    other = put(kept, lost, THERE, STRANGER)
    assert kept.store.branches(KEY) == {HERE, THERE}
    assert kept.store.forget_branches(KEY, set()) == 0
    assert kept.store.forget_branches(KEY, {THERE}) > 1
    assert kept.store.branches(KEY) == {HERE}
    assert kept.store.document(KEY, both) == shared
    assert kept.store.document(KEY, only) is None
    assert kept.store.document(STRANGER, other) == lost
    assert kept.store.forget_branches(KEY, {THERE}) == 0


@pytest.fixture
def on_dynamo(dynamo) -> tuple[DynamoLocations, Any, str]:
    return DynamoLocations(*dynamo, VAULT, FixedClock(NOON), PART_BYTES), *dynamo


def test_whoever_is_first_wins_among_many_at_once(on_dynamo):
    store = on_dynamo[0]
    store.add_job(KEY, job(), BRIEF)
    with ThreadPoolExecutor(8) as many:
        held = [*many.map(lambda n: store.answer(KEY, job(), answered(text=str(n))).addition.text, range(8))]
        first = [*many.map(lambda n: store.make_current(KEY, job(f"job-{n}"), None), range(8))]
        added = [*many.map(lambda n: store.add_job(KEY, replace(job("job-x"), seed=n), BRIEF), range(8))]
    assert len(set(held)) == 1
    assert sum(first) == 1
    assert sum(added) <= 1 and store.find_job(KEY, "job-x") is not None


def test_all_of_it_lies_sealed_and_jobs_have_a_ttl(on_dynamo):
    store, client, table = on_dynamo
    store.add_job(KEY, job(), BRIEF)
    store.answer(KEY, job(), answered())
    store.judge(KEY, job(), 1, Verdict((answered().described,), ()))
    store.make_current(KEY, job(), None)
    store.put_document(KEY, HERE, b"Drip", memo(sha256(b"Drip").hexdigest()))
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    assert len(items) == 7
    for item in items:
        assert item.keys() <= {"pk", "sk", "sealed", "version", "expires_at"}
        assert b"Drip" not in item["sealed"]["B"] and b"cold" not in item["sealed"]["B"]
        assert ("expires_at" in item) != item["sk"]["S"].startswith("D")
        assert int(item.get("expires_at", {"N": job().expires_at})["N"]) == job().expires_at


def test_without_its_players_key_nothing_opens_and_nothing_is_written(on_dynamo):
    store, client, table = on_dynamo
    digest = sha256(b"a place").hexdigest()
    store.add_job(KEY, job(), BRIEF)
    store.put_document(KEY, HERE, b"a place", memo(digest))
    shredded = EnvelopeVault(MemoryKeys())
    after = DynamoLocations(client, table, shredded, FixedClock(NOON))
    for look in (lambda: after.find_job(KEY, "job-1"), lambda: after.document(KEY, digest)):
        with pytest.raises(Shredded):
            look()
    with pytest.raises(Shredded):
        after.answer(KEY, job(), answered())


def test_no_document_is_kept_for_a_player_who_left_while_it_was_made(on_dynamo):
    _, client, table = on_dynamo
    keys = MemoryKeys()
    keys.create(KEY.player)
    store = DynamoLocations(client, table, EnvelopeVault(keys), FixedClock(NOON))
    store.add_job(KEY, job(), BRIEF)
    keys.destroy(KEY.player)
    with pytest.raises(Shredded):
        store.put_document(KEY, HERE, b"a place", memo(sha256(b"a place").hexdigest()))
    assert len(client.scan(TableName=table, ConsistentRead=True)["Items"]) == 2


def test_half_a_document_is_none_and_a_swapped_part_does_not_open(on_dynamo):
    store, client, table = on_dynamo
    document = Random(3).randbytes(3 * PART_BYTES)
    digest = sha256(document).hexdigest()
    store.put_document(KEY, HERE, document, memo(digest))
    items = client.scan(TableName=table, ConsistentRead=True)["Items"]
    parts = [item for item in items if item["sk"]["S"].startswith("D#")]
    assert len(parts) > 2
    client.delete_item(TableName=table, Key={name: parts[0][name] for name in ("pk", "sk")})
    assert store.document(KEY, digest) is None
    store.put_document(KEY, THERE, document, memo(digest))
    assert store.document(KEY, digest) == document
    client.put_item(TableName=table, Item=parts[1] | {"sealed": parts[2]["sealed"]})
    with pytest.raises(BadSeal):
        store.document(KEY, digest)


def test_a_job_of_other_code_counts_as_none(on_dynamo):
    store, client, table = on_dynamo
    row = {"pk": partition(KEY), "sk": "J#job-1", "document": b'{"job_id": "old"}', "expires_at": 2_000_000_000}
    client.put_item(TableName=table, Item=SealedRows(VAULT).item(row | {"version": 1}))
    assert store.find_job(KEY, "job-1") is None

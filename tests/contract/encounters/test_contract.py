"""Both stores of encounters, in memory and on DynamoDB, keep one contract."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.event_rows import partition
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.adapters.tapes_table import DynamoTapes
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldKey
from bodybroker.minds.encounters import Encounter, begin
from bodybroker.minds.floor import Floor
from bodybroker.minds.prompt import Exchange
from bodybroker.ports.encounters import Encounters
from bodybroker.ports.tapes import Page, Taken, Tapes, Told
from bodybroker.ports.worlds import EventStore
from bodybroker.services.create_world import create_world
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.recording import Recorder
from bodybroker.world import rules
from bodybroker.world.commands import Wait
from msgspec.structs import replace

from tests.fakes.encounters import MemoryEncounters
from tests.fakes.event_store import MemoryEventStore
from tests.fakes.log import MemoryLog
from tests.fakes.tapes import MemoryTapes
from tests.fakes.vault import memory_vault

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
RECORDER = Recorder(SystemClock())
VAULT = memory_vault()
MINUTES = 10


@dataclass
class Place:
    """A store of encounters beside a world."""

    encounters: Encounters
    tapes: Tapes
    store: EventStore
    key: WorldKey

    def encounter(self) -> Encounter:
        loaded = self.store.load(self.key)
        assert loaded is not None
        encounter = begin(
            loaded.state,
            next(iter(loaded.state.npcs)),
            rules.load(),
            encounter_id="encounter-1",
            branch_id=loaded.head.branch_id,
            expires_at=1_900_000_000,
        )
        return replace(encounter, transcript=(Exchange("Hi.", "Go — fleißig."),))


@pytest.fixture
def dynamo(aws_client: Callable[[str], Any], table: str) -> tuple[Any, str]:
    return aws_client("dynamodb"), table


@pytest.fixture(params=["memory", "dynamodb"])
def place(request: pytest.FixtureRequest) -> Place:
    store: EventStore = MemoryEventStore()
    tapes: Tapes = MemoryTapes()
    encounters: Encounters = MemoryEncounters(store, tapes)
    if request.param == "dynamodb":
        client, table = request.getfixturevalue("dynamo")
        store = DynamoEventStore(client, table, SystemClock(), MemoryLog(), VAULT)
        encounters = DynamoEncounters(client, f"{table}-encounters", table, VAULT)
        tapes = DynamoTapes(client, f"{table}-encounters", VAULT, SystemClock(), MINUTES)
        _create(client, f"{table}-encounters")
    key = create_world(store, rules.load(), RECORDER, PLAYER, "begin", 7, "night")[0]
    return Place(encounters, tapes, store, key)


def _create(client: Any, name: str) -> None:
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def test_an_opening_is_empty_where_nothing_is(place):
    stranger = WorldKey(PlayerId("01890000-0000-7000-8000-00000000ffff"), place.key.world)
    place.encounters.put(place.key, place.encounter())
    opening = place.encounters.open(stranger, [place.encounter().npc_id], "turn-1")
    assert (opening.head, opening.receipt, opening.encounters, opening.floor) == (None, None, {}, Floor())
    assert place.encounters.find(stranger, place.encounter().npc_id) is None


def test_an_opening_shows_head_receipt_and_encounter_as_they_are_now(place):
    encounter = place.encounter()
    place.encounters.put(place.key, encounter)
    desk = CommandDesk(place.store, rules.load(), RECORDER)
    desk.handle(place.key, Submission("turn-1", "hash", Wait(type="wait", minutes=1)))
    opening = place.encounters.open(place.key, [encounter.npc_id], "turn-1")
    loaded = place.store.load(place.key)
    assert loaded is not None
    assert opening.head == loaded.head
    assert opening.receipt == place.store.receipt(place.key, "turn-1")
    assert opening.encounters == {encounter.npc_id: encounter}
    assert place.encounters.open(place.key, [encounter.npc_id], "turn-2").receipt is None


def test_an_opening_shows_everybody_who_is_there_and_who_has_the_floor(place):
    first = place.encounter()
    others = [replace(first, npc_id=EntityId(f"01890000-0000-8000-8000-00000000fff{n}")) for n in range(3)]
    for encounter in (first, *others[:2]):
        place.encounters.put(place.key, encounter)
    floor = Floor(1, "turn-1", "hash", 2**40, is_over=False, begun=(1, 2))
    place.tapes.put_floor(place.key, floor)
    opening = place.encounters.open(place.key, [first.npc_id, *(other.npc_id for other in others)], "turn-1")
    assert opening.encounters == {encounter.npc_id: encounter for encounter in (first, *others[:2])}
    assert opening.floor == floor


def test_the_floor_is_taken_from_the_state_that_was_seen(place):
    tapes, stranger = place.tapes, WorldKey(PlayerId("01890000-0000-7000-8000-00000000ffff"), place.key.world)
    assert tapes.floor(place.key) == Floor()
    mine = Floor(1, "turn-1", "hash", 5, is_over=False)
    tapes.put_floor(place.key, mine)
    for late in (Floor(1, "turn-2", "hash", 5, is_over=False), Floor(3, "turn-2", "hash", 5, is_over=False)):
        with pytest.raises(Taken):
            tapes.put_floor(place.key, late)
    assert (tapes.floor(place.key), tapes.floor(stranger)) == (mine, Floor())
    tapes.put_floor(place.key, mine.left())
    assert tapes.floor(place.key) == mine.left()


def test_of_all_who_take_the_floor_at_once_one_has_it(place):
    def take(n: int) -> bool:
        try:
            place.tapes.put_floor(place.key, Floor(1, f"turn-{n}", "hash", 5, is_over=False))
        except Taken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(16))) == 1


def test_a_tape_is_played_from_the_event_that_is_wanted(place):
    told = [Told(n, "token", f'{{"text":"é{n}"}}') for n in range(1, 12)]
    pages = [Page(tuple(told[:1])), Page(tuple(told[1:9])), Page(tuple(told[9:]), is_last=True)]
    for page in pages:
        place.tapes.append(place.key, "turn-1", page)
    place.tapes.append(place.key, "turn-1x", Page((Told(1, "done", "{}"),), is_last=True))
    stranger = WorldKey(PlayerId("01890000-0000-7000-8000-00000000ffff"), place.key.world)
    assert list(place.tapes.pages(place.key, "turn-1", 0)) == pages
    assert list(place.tapes.pages(place.key, "turn-1", 3)) == pages[1:]
    assert list(place.tapes.pages(place.key, "turn-1", 9)) == pages[2:]
    assert list(place.tapes.pages(place.key, "turn-1", 11)) == []
    assert list(place.tapes.pages(place.key, "turn", 0)) == list(place.tapes.pages(stranger, "turn-1", 0)) == []


@pytest.mark.parametrize("place", ["dynamodb"], indirect=True)
def test_what_was_told_lies_sealed_and_fades(place, dynamo):
    place.tapes.append(place.key, "turn-1", Page((Told(1, "token", '{"text":"a secret"}'),)))
    place.tapes.put_floor(place.key, Floor(1, "turn-1", "hash", 5, is_over=False))
    client, table = dynamo
    rows = client.scan(TableName=f"{table}-encounters")["Items"]
    assert {row["sk"]["S"] for row in rows} == {"T#turn-1#000001", "F"}
    for row in rows:
        assert 0 < int(row["expires_at"]["N"]) - time.time() <= 60 * MINUTES
        assert row.keys() <= {"pk", "sk", "sealed", "expires_at", "version"}
        assert b"secret" not in row["sealed"]["B"]


def test_the_newest_encounter_with_an_npc_is_kept_and_others_are_left_alone(place):
    first = place.encounter()
    other = replace(first, npc_id=EntityId("01890000-0000-8000-8000-00000000ffff"))
    second = replace(first, encounter_id="encounter-2", branch_id=BranchId("other"))
    for encounter in (first, other, second):
        place.encounters.put(place.key, encounter)
    assert place.encounters.find(place.key, first.npc_id) == second
    assert place.encounters.find(place.key, other.npc_id) == other


def test_a_row_of_older_code_counts_as_none(dynamo):
    client, table = dynamo
    encounters = DynamoEncounters(client, table, table, VAULT)
    key = WorldKey(PLAYER, "01890000-0000-7000-8000-000000000002")
    row = {"pk": partition(key), "sk": "N#npc", "encounter": b'{"encounter_id": "old"}'}
    item = SealedRows(VAULT).item(row)
    client.put_item(TableName=table, Item=item)
    assert encounters.find(key, EntityId("npc")) is None


@pytest.mark.parametrize("place", ["dynamodb"], indirect=True)
def test_the_table_is_told_when_an_encounter_expires(place, dynamo):
    place.encounters.put(place.key, place.encounter())
    client, table = dynamo
    [row] = client.scan(TableName=f"{table}-encounters")["Items"]
    assert row["expires_at"] == {"N": "1900000000"}


class Throttled:
    """A client that leaves something out of so many answers, as DynamoDB does under load."""

    def __init__(self, client: Any, times: int) -> None:
        self._client = client
        self.times = times

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        if self.times == 0:
            return self._client.batch_get_item(RequestItems=RequestItems)
        self.times -= 1
        [(table, rest), *others] = RequestItems.items()
        answer = self._client.batch_get_item(RequestItems=dict(others)) if others else {"Responses": {}}
        return {"Responses": answer["Responses"], "UnprocessedKeys": {table: rest}}


@pytest.mark.parametrize("place", ["dynamodb"], indirect=True)
def test_what_is_left_out_is_asked_for_again(place, dynamo):
    client, table = dynamo
    place.encounters.put(place.key, place.encounter())
    whole = place.encounters.open(place.key, [place.encounter().npc_id], "turn-1")
    encounters = DynamoEncounters(Throttled(client, 2), f"{table}-encounters", table, VAULT)
    assert encounters.open(place.key, [place.encounter().npc_id], "turn-1") == whole
    encounters = DynamoEncounters(Throttled(client, 9), f"{table}-encounters", table, VAULT)
    with pytest.raises(Unavailable):
        encounters.open(place.key, [place.encounter().npc_id], "turn-1")

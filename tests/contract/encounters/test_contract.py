"""Both stores of encounters, in memory and on DynamoDB, keep one contract."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.event_rows import partition
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldKey
from bodybroker.minds.encounters import Encounter, begin
from bodybroker.minds.prompt import Exchange
from bodybroker.ports.encounters import Encounters
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
from tests.fakes.vault import memory_vault

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
RECORDER = Recorder(SystemClock())
VAULT = memory_vault()


@dataclass
class Place:
    """A store of encounters beside a world."""

    encounters: Encounters
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
    encounters: Encounters = MemoryEncounters(store)
    if request.param == "dynamodb":
        client, table = request.getfixturevalue("dynamo")
        store = DynamoEventStore(client, table, SystemClock(), MemoryLog(), VAULT)
        encounters = DynamoEncounters(client, f"{table}-encounters", table, VAULT)
        _create(client, f"{table}-encounters")
    key = create_world(store, rules.load(), RECORDER, PLAYER, "begin", 7, "night")[0]
    return Place(encounters, store, key)


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
    opening = place.encounters.open(stranger, place.encounter().npc_id, "turn-1")
    assert (opening.head, opening.receipt, opening.encounter) == (None, None, None)
    assert place.encounters.find(stranger, place.encounter().npc_id) is None


def test_an_opening_shows_head_receipt_and_encounter_as_they_are_now(place):
    encounter = place.encounter()
    place.encounters.put(place.key, encounter)
    desk = CommandDesk(place.store, rules.load(), RECORDER)
    desk.handle(place.key, Submission("turn-1", "hash", Wait(type="wait", minutes=1)))
    opening = place.encounters.open(place.key, encounter.npc_id, "turn-1")
    loaded = place.store.load(place.key)
    assert loaded is not None
    assert opening.head == loaded.head
    assert opening.receipt == place.store.receipt(place.key, "turn-1")
    assert opening.encounter == encounter
    assert place.encounters.open(place.key, encounter.npc_id, "turn-2").receipt is None


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
    whole = place.encounters.open(place.key, place.encounter().npc_id, "turn-1")
    encounters = DynamoEncounters(Throttled(client, 2), f"{table}-encounters", table, VAULT)
    assert encounters.open(place.key, place.encounter().npc_id, "turn-1") == whole
    encounters = DynamoEncounters(Throttled(client, 9), f"{table}-encounters", table, VAULT)
    with pytest.raises(Unavailable):
        encounters.open(place.key, place.encounter().npc_id, "turn-1")

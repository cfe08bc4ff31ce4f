"""Players' keys on DynamoDB and KMS, and what becomes of rows when one is destroyed."""

from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from bodybroker.adapters import event_rows
from bodybroker.adapters.aws import from_item, to_item
from bodybroker.adapters.encounters_table import DynamoEncounters
from bodybroker.adapters.erasure import DynamoErasure
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.locations_table import DynamoLocations
from bodybroker.adapters.player_keys import DynamoErasureOrders, KmsPlayerKeys
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import PlayerId
from bodybroker.minds.encounters import begin
from bodybroker.ports.locations import Memo
from bodybroker.ports.vault import BadSeal, Shredded
from bodybroker.world import rules
from botocore.exceptions import ClientError

from tests.contract.event_store.conftest import Game
from tests.fakes.log import MemoryLog

PLAYER, OTHER = PlayerId("01890000-0000-7000-8000-000000000001"), PlayerId("01890000-0000-7000-8000-000000000002")


@dataclass
class Keyring:
    """The keys under test, the orders that they leave, and a way behind them."""

    keys: KmsPlayerKeys
    orders: DynamoErasureOrders
    client: Any
    table: str

    def row(self, player: PlayerId) -> dict[str, Any]:
        address = to_item({"pk": f"P#{player}", "sk": "K"})
        return from_item(self.client.get_item(TableName=self.table, Key=address).get("Item", {}))


@pytest.fixture
def ring(aws_client, make_table) -> Keyring:
    client, kms, table = aws_client("dynamodb"), aws_client("kms"), make_table()
    wrapping_key = kms.create_key(Description="wraps")["KeyMetadata"]["KeyId"]
    keys = KmsPlayerKeys(client, table, kms, wrapping_key, SystemClock())
    return Keyring(keys, DynamoErasureOrders(client, table), client, table)


def test_a_player_has_one_key_of_256_bits(ring):
    ring.keys.create(PLAYER)
    key = ring.keys.find(PLAYER)
    assert len(key) == 32
    ring.keys.create(PLAYER)
    assert ring.keys.find(PLAYER) == key
    ring.keys.create(OTHER)
    assert ring.keys.find(OTHER) != key
    assert key not in ring.row(PLAYER)["wrapped_key"]


def test_nobody_has_no_key(ring):
    with pytest.raises(Shredded):
        ring.keys.find(PLAYER)


def test_a_wrapped_key_opens_for_its_own_player_only(ring):
    ring.keys.create(PLAYER)
    stolen = ring.row(PLAYER) | {"pk": f"P#{OTHER}"}
    ring.client.put_item(TableName=ring.table, Item=to_item(stolen))
    with pytest.raises(ClientError, match="InvalidCiphertextException"):
        ring.keys.find(OTHER)


def test_a_destroyed_key_is_gone_and_leaves_an_order(ring):
    ring.keys.create(PLAYER)
    ring.keys.create(OTHER)
    assert not ring.orders.stands(PLAYER)
    ring.keys.destroy(PLAYER)
    ring.keys.destroy(PLAYER)
    assert set(ring.row(PLAYER)) == {"pk", "sk", "destroyed_at"}
    assert (ring.orders.stands(PLAYER), ring.orders.stands(OTHER)) == (True, False)
    assert list(ring.orders.open()) == [PLAYER]
    ring.keys.create(PLAYER)  # too late
    with pytest.raises(Shredded):
        ring.keys.find(PLAYER)
    assert (ring.keys.exists(PLAYER), ring.keys.exists(OTHER)) == (False, True)
    ring.orders.fulfil(PLAYER)
    assert not ring.keys.exists(PLAYER)
    assert list(ring.orders.open()) == [] and ring.row(PLAYER) == {}
    ring.keys.destroy(PLAYER)
    assert list(ring.orders.open()) == []


def test_the_order_of_a_player_who_stays_cannot_be_fulfilled(ring):
    ring.keys.create(PLAYER)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        ring.orders.fulfil(PLAYER)
    assert ring.keys.find(PLAYER)


DOCUMENT = b"A cold room."
DIGEST = sha256(DOCUMENT).hexdigest()


@dataclass
class Tables:
    """Two players' worlds, encounters and locations, sealed under keys from KMS."""

    client: Any
    worlds: str
    encounters: str
    locations: str

    def items(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (table, item)
            for table in (self.worlds, self.encounters, self.locations)
            for item in self.client.scan(TableName=table)["Items"]
        ]


@pytest.fixture
def tables(aws_client, make_table) -> Tables:
    return Tables(aws_client("dynamodb"), make_table(), make_table(), make_table())


def stores(ring, tables):
    vault = EnvelopeVault(ring.keys)
    store = DynamoEventStore(tables.client, tables.worlds, SystemClock(), MemoryLog(), vault)
    return store, DynamoEncounters(tables.client, tables.encounters, tables.worlds, vault)


def placed(ring, tables):
    return DynamoLocations(tables.client, tables.locations, EnvelopeVault(ring.keys), SystemClock())


def played(ring, tables, player, nights=2):
    """Some worlds of a player with events, a snapshot and an encounter."""
    ring.keys.create(player)
    store, encounters = stores(ring, tables)
    game, found = Game(store), []
    for night in range(nights):
        key = game.begin(player, seed=night, command_id=f"begin-{night}")
        for number in range(15):
            game.wait(key, command_id=f"wait-{number}")
        loaded = store.load(key)
        store.save_snapshot(key, 0, loaded.state)
        npc = next(iter(loaded.state.npcs))
        told = begin(
            loaded.state, npc, rules.load(), encounter_id="e", branch_id=loaded.head.branch_id, expires_at=1_900_000_000
        )
        encounters.put(key, told)
        placed(ring, tables).put_document(key, loaded.head.branch_id, DOCUMENT, Memo(DIGEST, (), ()))
        found.append(key)
    return found


def test_a_copy_that_was_made_before_cannot_be_read_after(ring, tables):
    """What a backup, a stream or a thief holds: put back in its place, it stays noise."""
    (key,) = played(ring, tables, PLAYER, nights=1)
    copy = tables.items()
    assert stores(ring, tables)[0].load(key).head.version == 16
    ring.keys.destroy(PLAYER)
    erasure = DynamoErasure(tables.client, tables.worlds, tables.encounters, tables.locations)
    erasure.erase_world(key)
    erasure.erase_player(PLAYER)
    assert tables.items() == []
    for table, item in copy:
        tables.client.put_item(TableName=table, Item=item)
    store, encounters = stores(ring, tables)
    npc = next(item["sk"]["S"] for table, item in copy if table == tables.encounters).removeprefix("N#")
    for read in (
        lambda: store.load(key),
        lambda: store.stretches(key),
        lambda: store.receipt(key, "wait-1"),
        lambda: encounters.find(key, npc),
        lambda: encounters.open(key, [npc], "new"),
        lambda: placed(ring, tables).document(key, DIGEST),
    ):
        with pytest.raises(Shredded):
            read()
    ring.orders.fulfil(PLAYER)
    ring.keys.create(PLAYER)  # and no new key fits the old locks
    with pytest.raises(BadSeal):
        stores(ring, tables)[0].load(key)


def test_erasing_leaves_nothing_of_a_player_and_all_of_the_others(ring, tables):
    mine, others = played(ring, tables, PLAYER), played(ring, tables, OTHER)
    before = [entry for entry in tables.items() if OTHER in entry[1]["pk"]["S"]]
    erasure = DynamoErasure(tables.client, tables.worlds, tables.encounters, tables.locations)
    assert sorted(erasure.worlds(PLAYER), key=str) == sorted(mine, key=str)
    for key in mine:
        erasure.erase_world(key)
    assert erasure.worlds(PLAYER) == []
    erasure.erase_player(PLAYER)
    assert tables.items() == before
    assert stores(ring, tables)[0].load(others[0]).head.version == 16


def test_a_command_that_was_decided_before_the_erasure_writes_nothing_after(ring, tables, monkeypatch):
    (key,) = played(ring, tables, PLAYER, nights=1)
    store = stores(ring, tables)[0]
    decided_on = store.load(key)
    DynamoErasure(tables.client, tables.worlds, tables.encounters, tables.locations).erase_world(key)
    before = tables.items()
    looks = count()
    load = store.load
    monkeypatch.setattr(store, "load", lambda key: load(key) if next(looks) else decided_on)
    with pytest.raises(NotFound):
        Game(store).wait(key, command_id="late")
    assert next(looks) > 1
    assert tables.items() == before


class Tired:
    """A client that leaves work undone, and one day gives up."""

    def __init__(self, client: Any, writes: int) -> None:
        self._client = client
        self.writes = writes

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        self.writes -= 1
        if self.writes < 0:
            raise ConnectionAbortedError
        ((table, (first, *rest)),) = RequestItems.items()
        self._client.batch_write_item(RequestItems={table: [first]})
        return {"UnprocessedItems": {table: rest} if rest else {}}


def test_an_erasure_goes_on_where_it_was_cut_off(ring, tables):
    played(ring, tables, PLAYER)
    attempts = 0
    while True:
        attempts += 1
        erasure = DynamoErasure(Tired(tables.client, writes=4), tables.worlds, tables.encounters, tables.locations)
        try:
            for key in erasure.worlds(PLAYER):
                erasure.erase_world(key)
            erasure.erase_player(PLAYER)
            break
        except ConnectionAbortedError:
            heads = [item for _, item in tables.items() if item["sk"]["S"] == event_rows.HEAD]
            assert len(heads) < 2, "the head goes first"
    assert tables.items() == []
    assert attempts > 2


def test_a_warm_command_takes_two_calls_and_a_cold_one_asks_for_the_key(ring, tables, monkeypatch):
    (key,) = played(ring, tables, PLAYER, nights=1)
    calls = []
    for client in (ring.keys._client, ring.keys._kms, tables.client):
        original = client._make_api_call

        def counted(operation, arguments, original=original):
            calls.append(operation)
            return original(operation, arguments)

        monkeypatch.setattr(client, "_make_api_call", counted)
    game = Game(stores(ring, tables)[0])
    game.wait(key, command_id="cold")
    assert calls == ["Query", "GetItem", "Decrypt", "TransactWriteItems"]
    calls.clear()
    game.wait(key, command_id="warm")
    assert calls == ["Query", "TransactWriteItems"]

"""What only the store on DynamoDB has: rows that can go bad, a network that can fail, calls that cost."""

from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from bodybroker.adapters import event_rows
from bodybroker.adapters.aws import from_item, to_item
from bodybroker.adapters.sealed_rows import PLAIN, SEALED, SealedRows
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import Conflict, Unavailable
from bodybroker.ports.vault import BadSeal, Shredded
from bodybroker.services.project_events import SNAPSHOT_EVERY
from bodybroker.world.apply import fold
from bodybroker.world.branches import Piece
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.contract.event_store.conftest import Game


class Wire:
    """A DynamoDB client that counts calls and fails on demand; everything else is the real one's."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: Counter[str] = Counter()
        self.lose_answers = 0
        self.lose_batches = 0
        self.cancel_with: list[str] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls[operation] += 1
            if operation == "transact_write_items" and self.cancel_with:
                raise cancelled(self.cancel_with.pop(), len(arguments["TransactItems"]))
            answer = getattr(self._client, operation)(**arguments)
            if operation == "transact_write_items" and self.lose_answers:
                self.lose_answers -= 1
                raise ReadTimeoutError(endpoint_url="http://dynamodb")
            if operation == "batch_write_item" and self.lose_batches:
                self.lose_batches -= 1
                raise ReadTimeoutError(endpoint_url="http://dynamodb")
            return answer

        return call


def cancelled(reason: str, actions: int) -> ClientError:
    reasons = [{"Code": reason}, *[{"Code": "None"}] * (actions - 1)]
    error = {"Error": {"Code": "TransactionCanceledException", "Message": ""}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")


@pytest.fixture
def wire(dynamo, dynamo_game):
    """The wire under the game's store; Keys are counted apart."""
    wire = Wire(dynamo.client)
    dynamo.store._client = wire
    return wire


def sealed_rows(dynamo) -> SealedRows:
    return SealedRows(EnvelopeVault(dynamo.keys))


def rows_of(dynamo, key) -> list[dict[str, Any]]:
    query = {":pk": event_rows.partition(key)}
    page = dynamo.client.query(
        TableName=dynamo.table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues=to_item(query)
    )
    return [event_rows.opened(sealed_rows(dynamo), item) for item in page["Items"]]


def test_a_command_takes_two_calls_in_a_new_process_and_in_a_warm_one(dynamo_game, wire, dynamo):
    key = dynamo_game.begin()
    asked = dynamo.keys.asked
    dynamo_game.store.__init__(wire, dynamo.table, SystemClock(), dynamo.log, EnvelopeVault(dynamo.keys))
    for _ in range(2):
        wire.calls.clear()
        dynamo_game.wait(key)
        assert wire.calls == {"query": 1, "transact_write_items": 1}
    assert dynamo.keys.asked == asked + 1


def test_a_refused_command_takes_two_calls(dynamo_game, wire):
    key = dynamo_game.begin()
    wire.calls.clear()
    with pytest.raises(Conflict):
        dynamo_game.wait(key, expected=99)
    assert wire.calls == {"query": 1, "get_item": 1}


def test_a_lost_answer_leads_to_one_effect(dynamo_game, wire):
    key = dynamo_game.begin()
    start = dynamo_game.store.load(key).state.minute
    wire.lose_answers = 1
    with pytest.raises(Unavailable):
        dynamo_game.wait(key, minutes=9, command_id="once")
    assert dynamo_game.wait(key, minutes=9, command_id="once").replayed
    assert dynamo_game.store.load(key).state.minute == start + 9


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_contention_is_tried_again_on_fresh_state(dynamo_game, wire, reason):
    key = dynamo_game.begin()
    wire.cancel_with = [reason] * 4
    wire.calls.clear()
    assert not dynamo_game.wait(key).replayed
    assert wire.calls == {"query": 5, "transact_write_items": 5}


def test_lasting_contention_is_a_conflict_with_the_version(dynamo_game, wire):
    key = dynamo_game.begin()
    wire.cancel_with = ["TransactionConflict"] * 5
    with pytest.raises(Conflict) as conflict:
        dynamo_game.wait(key)
    assert conflict.value.current_version == 1
    assert dynamo_game.store.load(key).head.version == 1


def test_another_reason_is_no_contention(dynamo_game, wire):
    key = dynamo_game.begin()
    wire.cancel_with = ["ValidationError"]
    with pytest.raises(ClientError):
        dynamo_game.wait(key)


def test_loading_is_the_same_with_and_without_what_this_process_remembers(dynamo_game, dynamo):
    key = dynamo_game.begin()
    for _ in range(3):
        dynamo_game.wait(key)
        assert dynamo.fresh().load(key) == dynamo_game.store.load(key)


def test_a_rewind_by_another_process_is_seen(dynamo_game, dynamo):
    key = dynamo_game.begin()
    other = dynamo.fresh()
    dynamo_game.wait(key)
    other.load(key)
    dynamo_game.rewind(key, 1)
    assert other.load(key).head == dynamo_game.store.load(key).head


def test_a_long_log_is_read_across_pages(dynamo_game, dynamo):
    key = dynamo_game.begin()
    for _ in range(SNAPSHOT_EVERY + 20):
        dynamo_game.wait(key)
    loaded = dynamo.fresh().load(key)
    history = dynamo_game.history(key)
    assert len(history) == loaded.tail == loaded.head.version > 64
    assert fold(recorded.event for recorded in history) == loaded.state


DAMAGE = {
    "checksum": {"checksum": "0" * 64},
    "content": {"data": b"no state"},
    "schema": {"schema_version": 999},
}


@pytest.mark.parametrize("reason", DAMAGE)
def test_a_bad_snapshot_is_ignored_and_told(dynamo_game, dynamo, reason):
    key = dynamo_game.begin()
    good = dynamo_game.wait(key)
    dynamo_game.store.save_snapshot(key, 0, good.state)
    dynamo_game.wait(key)
    damage(dynamo, key, DAMAGE[reason])
    expected = dynamo_game.store.load(key)
    loaded = dynamo.fresh().load(key)
    assert (loaded.head, loaded.state) == (expected.head, expected.state)
    assert loaded.tail == loaded.head.version
    assert [fields["reason"] for message, fields in dynamo.log.records if message == "snapshot_ignored"] == [reason]


def test_a_branch_whose_snapshot_is_bad_is_folded_from_its_parent(dynamo_game, dynamo):
    key = dynamo_game.begin()
    for _ in range(4):
        dynamo_game.wait(key)
    dynamo_game.rewind(key, 4)
    dynamo_game.rewind(key, 2)
    dynamo_game.wait(key)
    expected = dynamo.fresh().load(key)
    for version in (4, 2):
        damage(dynamo, key, {"checksum": "0" * 64}, version)
    loaded = dynamo.fresh().load(key)
    assert (loaded.head, loaded.state) == (expected.head, expected.state)


def test_every_row_of_a_world_lies_under_its_player(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.wait(key)
    dynamo_game.rewind(key, 1)
    kinds = Counter(row["sk"].split("#")[0] for row in rows_of(dynamo, key))
    assert kinds["B"] == 2 and kinds["H"] == 1 and kinds["C"] == 2
    scanned = dynamo.client.scan(TableName=dynamo.table)["Items"]
    assert all(key.player in from_item(item)["pk"] for item in scanned)


def test_the_rows_of_a_deleted_branch_are_removed_for_good_whatever_crashes(dynamo_game, dynamo, wire):
    key = dynamo_game.begin()
    root = dynamo_game.store.load(key).head.branch_id
    doomed = dynamo_game.rewind(key, 1).head.branch_id
    for _ in range(60):
        dynamo_game.wait(key)
    dynamo_game.switch(key, root)
    theirs = ("E#000001", "B#000001")
    spared = {row["sk"] for row in rows_of(dynamo, key) if not row["sk"].startswith(theirs)}
    dynamo_game.delete(key, doomed)
    wire.lose_batches = 1
    news = []
    for _ in range(20):
        try:
            unfinished = dynamo_game.store.sweep(key, 10)
        except Unavailable:
            continue
        (deletion,) = (row for row in rows_of(dynamo, key) if row["sk"].startswith("BD#"))
        news.append(deletion["sweeps"])
        if not unfinished:
            break
    assert news[:-1] == list(range(1, len(news))), "each sweep that leaves something must show in the stream"
    left = {row["sk"] for row in rows_of(dynamo, key)}
    assert not [sk for sk in left if sk.startswith(theirs)]
    assert spared <= left
    assert 6.9 * 86400 < deletion["expires_at"] - SystemClock().now().timestamp() <= 7 * 86400


def test_receipts_expire_in_a_week(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.wait(key, command_id="once")
    (row,) = (row for row in rows_of(dynamo, key) if row["sk"] == "C#once")
    assert 6.9 * 86400 < row["expires_at"] - SystemClock().now().timestamp() <= 7 * 86400


@pytest.mark.parametrize("place", ["E#000000#000000000003#S", "E#000000#000000000002"], ids=["snapshot", "event"])
def test_a_row_that_was_tampered_with_does_not_open(dynamo_game, dynamo, place):
    """A snapshot is passed over, an event is a fault: nobody plays on with a forged past."""
    key = dynamo_game.begin()
    dynamo_game.wait(key)
    state = dynamo_game.wait(key).state
    dynamo_game.store.save_snapshot(key, 0, state)
    dynamo_game.wait(key)
    (item,) = (item for item in raw_items(dynamo) if item["sk"]["S"] == place)
    item[SEALED] = {"B": item[SEALED]["B"][:-1] + bytes([item[SEALED]["B"][-1] ^ 1])}
    dynamo.client.put_item(TableName=dynamo.table, Item=item)
    if event_rows.is_snapshot(from_item(item)):
        assert dynamo.fresh().load(key).state == dynamo_game.store.load(key).state
        assert dynamo.log.records[-1][1]["reason"] == "seal"
    else:
        with pytest.raises(BadSeal):
            dynamo.fresh().history(key, [Piece(0, 0, 10)], 0, 10)


def test_an_event_in_another_events_place_does_not_open(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.wait(key)
    dynamo_game.wait(key)
    _, older, newer = (item for item in raw_items(dynamo) if item["sk"]["S"].startswith("E#"))
    dynamo.client.put_item(TableName=dynamo.table, Item=older | {"sk": newer["sk"]})
    with pytest.raises(BadSeal):
        dynamo.fresh().load(key)


def test_a_head_with_another_version_does_not_open(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.wait(key)
    (head,) = (item for item in raw_items(dynamo) if item["sk"]["S"] == "H")
    dynamo.client.put_item(TableName=dynamo.table, Item=head | {"version": {"N": "1"}})
    with pytest.raises(BadSeal):
        dynamo.fresh().load(key)


def test_a_plain_event_is_not_believed(dynamo_game, dynamo):
    """Whoever may write to the table still cannot write history."""
    key = dynamo_game.begin()
    (row,) = (row for row in rows_of(dynamo, key) if row["sk"].startswith("E#"))
    dynamo.client.put_item(TableName=dynamo.table, Item=to_item(row))
    with pytest.raises(BadSeal):
        dynamo.fresh().load(key)


def test_nothing_but_keys_and_counters_is_legible(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.rewind(key, 1)
    dynamo_game.store.save_snapshot(key, 1, dynamo_game.wait(key).state)
    items = raw_items(dynamo)
    assert {name for item in items for name in item} == (PLAIN - {"last_seq"}) | {SEALED}
    assert b"night" not in b"".join(item[SEALED]["B"] for item in items if SEALED in item)


def test_a_player_without_a_key_has_no_world(dynamo_game, dynamo):
    key = dynamo_game.begin()
    dynamo_game.wait(key, command_id="once")
    dynamo.keys.destroy(key.player)
    store = dynamo.fresh()
    for read in (
        lambda: store.load(key),
        lambda: store.stretches(key),
        lambda: store.receipt(key, "once"),
        lambda: store.state_at(key, 0, 1),
        lambda: Game(store).wait(key),
    ):
        with pytest.raises(Shredded):
            read()
    with pytest.raises(Shredded):  # even this process, which remembers the key, begins no world
        dynamo_game.begin()


def test_a_world_without_its_head_is_gone_also_for_who_remembers_it(dynamo_game, dynamo):
    key = dynamo_game.begin()
    head = to_item({"pk": event_rows.partition(key), "sk": event_rows.HEAD})
    dynamo.client.delete_item(TableName=dynamo.table, Key=head)
    for store in (dynamo_game.store, dynamo.fresh()):
        assert store.load(key) is None


def raw_items(dynamo) -> list[dict[str, Any]]:
    """Every item as it lies in the table."""
    return sorted(dynamo.client.scan(TableName=dynamo.table)["Items"], key=lambda item: item["sk"]["S"])


def damage(dynamo, key, fields, version: int | None = None) -> None:
    """Overwrite parts of a snapshot; a `data` that is damaged gets a checksum that fits."""
    if "data" in fields:
        fields = fields | {"checksum": sha256(fields["data"]).hexdigest()}
    snapshots = [row for row in rows_of(dynamo, key) if event_rows.is_snapshot(row)]
    (row,) = (row for row in snapshots if version is None or row["sk"].endswith(f"{version:012d}#S"))
    dynamo.client.put_item(TableName=dynamo.table, Item=sealed_rows(dynamo).item(row | fields))

"""The event store on DynamoDB. One partition per world, `W#<player>#<world>`, whose rows sort like this:

    B#<ordinal>             a branch: where it leaves which parent
    C#<command id>          the receipt of a finished command (kept for 7 days)
    E#<ordinal>#<seq>       an event
    E#<ordinal>#<seq>#S     a snapshot of the state right after that event
    H                       the head: active branch and version

The newest branch is the active one, so one consistent query backwards from the end meets the head, then the newest
events, then a snapshot. A commit is one transaction whose compare-and-swap on the head keeps the log linear.
The receipt of the command that creates a world lies under its player, `P#<player>`, since it decides the world's id.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import BranchId, EventId, PlayerId, WorldId, WorldKey
from bodybroker.kernel.log import Log
from bodybroker.ports import Branch, Commit, Contended, Head, Loaded, Receipt, Repeated, Stale
from bodybroker.world import apply, events, state
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

SYSTEM = "The event store"
PAGE = 64
"""Rows per query: the head, the events since a snapshot (50, and what the projector has not seen yet), the snapshot."""
COMMIT_EVENTS = 90
"""DynamoDB takes 100 actions per transaction; head, receipt, branch and snapshot need room beside the events."""
RECEIPT_LIFETIME = timedelta(days=7)
LAST_SEQ = 10**12 - 1

_CONTENTION_ERRORS = {"TransactionConflictException", "TransactionInProgressException"}
_CONTENTION_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class DynamoEventStore:
    """`ports.EventStore` on one table."""

    def __init__(self, client: Any, table: str, clock: Clock, log: Log) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._log = log

    def load(self, key: WorldKey) -> Loaded | None:
        rows = self._query(_partition(key), "E#", "H", newest_first=True)
        first = next(rows, None)
        if first is None:
            return None
        head = _head(first)
        found, tail = self._fold(key, head.ordinal, head.version, rows)
        assert found is not None and found.version == head.version, f"the log of {key} does not reach its head"
        return Loaded(head, found, tail)

    def state_at(self, key: WorldKey, ordinal: int, version: int) -> State | None:
        return self._fold(key, ordinal, version, self._back_from(key, ordinal, version))[0]

    def _back_from(self, key: WorldKey, ordinal: int, version: int) -> Iterator[Row]:
        """A branch's events and snapshots up to `version`, newest first."""
        low, high = _event_key(ordinal, 0), _snapshot_key(ordinal, version)
        return self._query(_partition(key), low, high, newest_first=True)

    def _fold(self, key: WorldKey, ordinal: int, version: int, rows: Iterator[Row]) -> tuple[State | None, int]:
        """The state at `version` that a branch's `rows` (newest first) tell; how many events lie above its snapshot."""
        tail: list[Recorded] = []
        for row in rows:
            if _ordinal(row) != ordinal:
                break
            if "checksum" not in row:
                tail.append(_recorded(row))
            elif (base := self._snapshot(key, row)) is not None:
                return _continue(base, tail), len(tail)
        if tail and tail[-1].seq == 1:
            return _continue(None, tail), len(tail)
        older, count = self._fold_parent(key, ordinal, version)
        return _continue(older, tail), count + len(tail)

    def _fold_parent(self, key: WorldKey, ordinal: int, version: int) -> tuple[State | None, int]:
        """As `_fold`, at the point where a branch leaves its parent: for want of a good snapshot on the branch."""
        row = self._get(_partition(key), _branch_key(ordinal))
        if row is None or (parent := row.get("parent")) is None:
            return None, 0
        version = min(version, row["forked_at"])
        return self._fold(key, parent, version, self._back_from(key, parent, version))

    def _snapshot(self, key: WorldKey, row: Row) -> State | None:
        """The state in a snapshot's row; None for a damaged or outdated one: that costs time, not truth."""
        reason = "checksum"
        if sha256(row["data"]).hexdigest() == row["checksum"]:
            reason = "schema"
            if row["schema_version"] == state.SCHEMA_VERSION:
                try:
                    return state.decode(zlib.decompress(row["data"]))
                except (zlib.error, msgspec.MsgspecError, ValueError):
                    reason = "content"
        self._log.warning("snapshot_ignored", world=key.world, row=row["sk"], reason=reason)
        return None

    def commit(self, key: WorldKey, commit: Commit) -> None:
        assert len(commit.recorded) <= COMMIT_EVENTS, f"{len(commit.recorded)} events in one commit"
        actions = [self._receipt_action(key, commit), self._head_action(key, commit), *self._rows_of(key, commit)]
        try:
            with outages(SYSTEM):
                self._client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            raise _meaning(error) from error

    def _receipt_action(self, key: WorldKey, commit: Commit) -> dict[str, Any]:
        receipt = commit.receipt
        row = {
            "pk": f"P#{key.player}" if commit.before is None else _partition(key),
            "sk": f"C#{receipt.command_id}",
            "payload_hash": receipt.payload_hash,
            "world_id": receipt.world,
            "ordinal": receipt.ordinal,
            "version": receipt.version,
            "events": receipt.events,
            "expires_at": int((self._clock.now() + RECEIPT_LIFETIME).timestamp()),
        }
        return self._put(row, new=True)

    def _head_action(self, key: WorldKey, commit: Commit) -> dict[str, Any]:
        after, before = commit.after, commit.before
        row = {
            "pk": _partition(key),
            "sk": "H",
            "ordinal": after.ordinal,
            "branch_id": after.branch_id,
            "version": after.version,
            "name": after.name,
            "created_at": after.created_at,
            "updated_at": after.updated_at,
        }
        action = self._put(row, new=before is None)
        if before is not None:
            action["Put"] |= {
                "ConditionExpression": "ordinal = :ordinal AND version = :version",
                "ExpressionAttributeValues": to_item({":ordinal": before.ordinal, ":version": before.version}),
            }
        return action

    def _rows_of(self, key: WorldKey, commit: Commit) -> Iterator[dict[str, Any]]:
        pk, ordinal = _partition(key), commit.after.ordinal
        if commit.branch is not None:
            yield self._put({"pk": pk, **_branch_row(commit.branch)}, new=True)
        if commit.snapshot is not None:
            yield self._put({"pk": pk, **_snapshot_row(ordinal, commit.snapshot)}, new=True)
        for recorded in commit.recorded:
            yield self._put({"pk": pk, **_event_row(ordinal, recorded)}, new=True)

    def _put(self, row: Row, *, new: bool) -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": to_item(row),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"} if new else put}

    def receipt(self, key: WorldKey, command_id: str) -> Receipt | None:
        row = self._get(_partition(key), f"C#{command_id}")
        return None if row is None else _receipt(row)

    def history(self, key: WorldKey, branches: Sequence[Branch], after: int, limit: int) -> Sequence[Recorded]:
        found: list[Recorded] = []
        for ordinal, low, high in _lineage(branches):
            if after < high and len(found) < limit:
                first, last = _event_key(ordinal, max(after, low) + 1), _event_key(ordinal, high)
                rows = (row for row in self._query(_partition(key), first, last) if "checksum" not in row)
                found += map(_recorded, islice(rows, limit - len(found)))
        return found

    def branches(self, key: WorldKey) -> Sequence[Branch]:
        return [_branch(row) for row in self._query(_partition(key), "B#", "B$")]

    def save_snapshot(self, key: WorldKey, ordinal: int, state: State) -> None:
        row = {"pk": _partition(key), **_snapshot_row(ordinal, state)}
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=to_item(row))

    def worlds(self, cursor: str | None, limit: int) -> tuple[Sequence[WorldKey], str | None]:
        start = {} if cursor is None else {"ExclusiveStartKey": json.loads(cursor)}
        with outages(SYSTEM):
            page = self._client.scan(
                TableName=self._table,
                FilterExpression="sk = :head",
                ExpressionAttributeValues=to_item({":head": "H"}),
                ProjectionExpression="pk",
                Limit=limit,
                **start,
            )
        last = page.get("LastEvaluatedKey")
        keys = [world_key(from_item(item)["pk"]) for item in page["Items"]]
        return keys, None if last is None else json.dumps(last)

    def _query(self, pk: str, low: str, high: str, *, newest_first: bool = False) -> Iterator[Row]:
        """The rows of a partition with sort keys in [low, high], page by page as they are asked for."""
        request = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": to_item({":pk": pk, ":low": low, ":high": high}),
            "ScanIndexForward": not newest_first,
            "ConsistentRead": True,
            "Limit": PAGE,
        }
        while True:
            with outages(SYSTEM):
                page = self._client.query(**request)
            yield from map(from_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, pk: str, sk: str) -> Row | None:
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None


def _meaning(error: ClientError) -> Exception:
    """What a refused transaction says: its reasons come in the order of the actions (receipt, head, the rest)."""
    if error_code(error) in _CONTENTION_ERRORS:
        return Contended()
    reasons = error.response.get("CancellationReasons", [])
    codes = [reason.get("Code") for reason in reasons]
    failed = [index for index, code in enumerate(codes) if code == "ConditionalCheckFailed"]
    if 0 in failed:
        return Repeated(_receipt(from_item(reasons[0]["Item"])))
    if failed:
        head = reasons[1].get("Item")
        return Stale(None if head is None else from_item(head)["version"])
    return Contended() if _CONTENTION_REASONS.intersection(codes) else error


def _continue(base: State | None, newest_first: list[Recorded]) -> State | None:
    if base is None and not newest_first:
        return None
    return apply.fold((recorded.event for recorded in reversed(newest_first)), base)


def _lineage(branches: Sequence[Branch]) -> list[tuple[int, int, int]]:
    """The pieces (ordinal, after, up to) of the last branch's history, oldest first: its ancestors' and its own."""
    pieces: list[tuple[int, int, int]] = []
    ordinal: int | None = branches[-1].ordinal
    high = LAST_SEQ
    while ordinal is not None:
        branch = branches[ordinal]
        pieces.append((ordinal, branch.forked_at, high))
        high = min(high, branch.forked_at)
        ordinal = branch.parent
    return pieces[::-1]


def _partition(key: WorldKey) -> str:
    return f"W#{key.player}#{key.world}"


def world_key(partition: str) -> WorldKey:
    """The tenant key in a partition key."""
    _, player, world = partition.split("#")
    return WorldKey(PlayerId(player), WorldId(world))


def _branch_key(ordinal: int) -> str:
    return f"B#{ordinal:06d}"


def _event_key(ordinal: int, seq: int) -> str:
    return f"E#{ordinal:06d}#{seq:012d}"


def _snapshot_key(ordinal: int, seq: int) -> str:
    return f"{_event_key(ordinal, seq)}#S"


def _ordinal(row: Row) -> int:
    return int(row["sk"].split("#")[1])


def _event_row(ordinal: int, recorded: Recorded) -> Row:
    return {
        "sk": _event_key(ordinal, recorded.seq),
        "event_id": recorded.event_id,
        "recorded_at": recorded.recorded_at,
        "command_id": recorded.command_id,
        "event": events.encode(recorded.event).decode(),
    }


def _recorded(row: Row) -> Recorded:
    return Recorded(
        seq=int(row["sk"].split("#")[2]),
        event_id=EventId(row["event_id"]),
        recorded_at=row["recorded_at"],
        command_id=row["command_id"],
        event=events.decode(row["event"].encode()),
    )


def _snapshot_row(ordinal: int, snapshot: State) -> Row:
    data = zlib.compress(state.encode(snapshot), level=1)
    return {
        "sk": _snapshot_key(ordinal, snapshot.version),
        "schema_version": snapshot.schema_version,
        "data": data,
        "checksum": sha256(data).hexdigest(),
    }


def _branch_row(branch: Branch) -> Row:
    return {
        "sk": _branch_key(branch.ordinal),
        "branch_id": branch.branch_id,
        "parent": branch.parent,
        "forked_at": branch.forked_at,
        "name": branch.name,
        "created_at": branch.created_at,
    }


def _branch(row: Row) -> Branch:
    return Branch(
        ordinal=_ordinal(row),
        branch_id=BranchId(row["branch_id"]),
        parent=row.get("parent"),
        forked_at=row["forked_at"],
        name=row["name"],
        created_at=row["created_at"],
    )


def _head(row: Row) -> Head:
    return Head(
        ordinal=row["ordinal"],
        branch_id=BranchId(row["branch_id"]),
        version=row["version"],
        name=row["name"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _receipt(row: Row) -> Receipt:
    return Receipt(
        command_id=row["sk"].removeprefix("C#"),
        payload_hash=row["payload_hash"],
        world=WorldId(row["world_id"]),
        ordinal=row["ordinal"],
        version=row["version"],
        events=row["events"],
    )

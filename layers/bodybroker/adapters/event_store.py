"""The event store on DynamoDB (`event_rows` tells the layout).

A world is loaded by one consistent query, backwards from its head. A commit is one transaction whose compare-and-swap
on the head keeps the log linear. Events never change, so a world that this process has loaded before is its best
snapshot: then the query returns only what has happened since.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.adapters.recent_worlds import RecentWorlds
from bodybroker.adapters.removal import remove_ranges
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.kernel.log import Log
from bodybroker.ports.vault import Vault
from bodybroker.ports.worlds import COMMIT_EVENTS, Commit, Contended, Loaded, Receipt, Repeated, Stale
from bodybroker.world import apply
from bodybroker.world.branches import Piece, Stretch
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

SYSTEM = "The event store"
PAGE = 64
"""Rows per query: the head, the events since a snapshot (50, and what the projector has not seen yet), the snapshot."""

_CONTENTION_ERRORS = {"TransactionConflictException", "TransactionInProgressException"}
_CONTENTION_REASONS = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


class DynamoEventStore:
    """`ports.EventStore` on one table."""

    def __init__(self, client: Any, table: str, clock: Clock, log: Log, vault: Vault) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._log = log
        self._vault = vault
        self._sealed = SealedRows(vault)
        self._recent = RecentWorlds()

    def load(self, key: WorldKey) -> Loaded | None:
        recent = self._recent.get(key)
        loaded = None if recent is None else self._advance(key, recent)
        loaded = loaded or self._load(key)
        if loaded is None:
            self._recent.drop(key)
        else:
            self._recent.put(key, loaded)
        return loaded

    def _advance(self, key: WorldKey, recent: Loaded) -> Loaded | None:
        """`recent` and what has happened since; None when the world goes on in another stretch, or is gone."""
        start = rows.event_key(recent.head.ordinal, recent.head.version + 1)
        found = self._query(rows.partition(key), start, rows.HEAD, newest_first=True)
        head = rows.first_head(found)
        if head is None or head.ordinal != recent.head.ordinal:
            return None
        tail = [rows.read_event(row) for row in found if not rows.is_snapshot(row)]
        state = _continue(recent.state, tail)
        assert state is not None and state.version == head.version, f"the log of {key} does not reach its head"
        return Loaded(head, state, recent.tail + len(tail))

    def _load(self, key: WorldKey) -> Loaded | None:
        found = self._query(rows.partition(key), rows.EVENTS_FROM, rows.HEAD, newest_first=True)
        head = rows.first_head(found)
        if head is None:
            return None
        state, tail = self._fold(key, head.ordinal, head.version, found)
        assert state is not None and state.version == head.version, f"the log of {key} does not reach its head"
        return Loaded(head, state, tail)

    def state_at(self, key: WorldKey, ordinal: int, version: int) -> State | None:
        return self._fold(key, ordinal, version, self._back_from(key, ordinal, version))[0]

    def _back_from(self, key: WorldKey, ordinal: int, version: int) -> Iterator[Row]:
        """A stretch's events and snapshots up to `version`, newest first."""
        low, high = rows.event_key(ordinal, 0), rows.snapshot_key(ordinal, version)
        return self._query(rows.partition(key), low, high, newest_first=True)

    def _fold(self, key: WorldKey, ordinal: int, version: int, found: Iterator[Row]) -> tuple[State | None, int]:
        """The state at `version` that a stretch's rows (newest first) tell; how many events lie above its snapshot."""
        tail: list[Recorded] = []
        for row in found:
            if rows.ordinal_of(row) != ordinal:
                break
            if not rows.is_snapshot(row):
                tail.append(rows.read_event(row))
            elif (base := self._snapshot(key, row)) is not None:
                return _continue(base, tail), len(tail)
        if tail and tail[-1].seq == 1:
            return _continue(None, tail), len(tail)
        older, count = self._fold_parent(key, ordinal, version)
        return _continue(older, tail), count + len(tail)

    def _fold_parent(self, key: WorldKey, ordinal: int, version: int) -> tuple[State | None, int]:
        """As `_fold`, at the point where a stretch leaves its parent: for want of a good snapshot on it."""
        row = self._get(rows.partition(key), rows.stretch_key(ordinal))
        if row is None or (parent := row.get("parent")) is None:
            return None, 0
        version = min(version, row["forked_at"])
        return self._fold(key, parent, version, self._back_from(key, parent, version))

    def _snapshot(self, key: WorldKey, row: Row) -> State | None:
        """The state in a snapshot's row; None for a bad one: that costs time, not truth."""
        try:
            return rows.read_snapshot(row)
        except rows.BadSnapshot as bad:
            self._log.warning("snapshot_ignored", world=key.world, row=row["sk"], reason=str(bad))
            return None

    def commit(self, key: WorldKey, commit: Commit) -> None:
        assert len(commit.recorded) <= COMMIT_EVENTS, f"{len(commit.recorded)} events in one commit"
        if commit.before is None:
            self._vault.look_again(key.player)  # a player who is gone begins no world
        try:
            with outages(SYSTEM):
                self._client.transact_write_items(TransactItems=list(self._actions(key, commit)))
        except ClientError as error:
            raise self._meaning(error) from error
        if commit.begins:
            self._recent.drop(key)

    def _actions(self, key: WorldKey, commit: Commit) -> Iterator[dict[str, Any]]:
        """The receipt first and the head second: `_meaning` counts on it."""
        pk = rows.partition(key)
        receipt_pk = f"P#{key.player}" if commit.before is None else pk
        yield self._put(receipt_pk, rows.receipt_row(commit.receipt, self._clock.now()))
        yield self._put_head(pk, commit)
        if commit.before is None:
            yield self._put(f"P#{key.player}", rows.world_row(key.world))
        if commit.builds_on is not None:
            yield self._not_deleted(pk, commit.builds_on)
        if commit.deletes is not None:
            yield self._put(pk, rows.deletion_row(commit.deletes))
        if commit.left is not None:
            yield {"Put": self._item(pk, rows.stretch_row(commit.left))}
        for begins in commit.begins:
            yield self._put(pk, rows.stretch_row(begins.stretch))
            if begins.state is not None:
                yield self._put(pk, rows.snapshot_row(begins.stretch.ordinal, begins.state))
        for recorded in commit.recorded:
            yield self._put(pk, rows.event_row(commit.receipt.ordinal, recorded))

    def _not_deleted(self, pk: str, branch: BranchId) -> dict[str, Any]:
        check = {
            "TableName": self._table,
            "Key": to_item({"pk": pk, "sk": rows.deletion_key(branch)}),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        return {"ConditionCheck": check}

    def _put_head(self, pk: str, commit: Commit) -> dict[str, Any]:
        action = self._put(pk, rows.head_row(commit.after))
        if commit.before is not None:
            before = {":ordinal": commit.before.ordinal, ":version": commit.before.version}
            action["Put"] |= {
                "ConditionExpression": "ordinal = :ordinal AND version = :version",
                "ExpressionAttributeValues": to_item(before),
            }
        return action

    def _put(self, pk: str, row: Row) -> dict[str, Any]:
        """Put a row that is not there yet."""
        put = self._item(pk, row) | {
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        return {"Put": put}

    def receipt(self, key: WorldKey, command_id: str) -> Receipt | None:
        row = self._get(rows.partition(key), rows.receipt_key(command_id))
        return None if row is None else rows.read_receipt(row)

    def history(self, key: WorldKey, pieces: Sequence[Piece], after: int, limit: int) -> Sequence[Recorded]:
        found: list[Recorded] = []
        for piece in pieces:
            low = max(piece.after, after)
            if low < piece.up_to and len(found) < limit:
                first, last = rows.event_key(piece.ordinal, low + 1), rows.event_key(piece.ordinal, piece.up_to)
                events = (row for row in self._query(rows.partition(key), first, last) if not rows.is_snapshot(row))
                found += map(rows.read_event, islice(events, limit - len(found)))
        return found

    def stretches(self, key: WorldKey) -> Sequence[Stretch]:
        found = list(self._query(rows.partition(key), *rows.BRANCHES))
        deleted = {row["branch_id"] for row in found if rows.is_deletion(row)}
        return [rows.read_stretch(row) for row in found if row["branch_id"] not in deleted]

    def sweep(self, key: WorldKey, limit: int) -> bool:
        pk = rows.partition(key)
        found = list(self._query(pk, *rows.BRANCHES))
        for deletion in (row for row in found if rows.is_deletion(row) and not rows.is_swept(row)):
            stretches = [row["sk"] for row in found if row["branch_id"] == deletion["branch_id"] and row != deletion]
            ranges = [keys for stretch in stretches for keys in rows.ranges_of_stretch(stretch)]
            limit -= remove_ranges(self._client, self._table, pk, ranges, limit)
            if limit <= 0:
                self._store(pk, rows.swept_again(deletion))
                return True
            self._store(pk, rows.swept(deletion, self._clock.now()))
        return False

    def _store(self, pk: str, row: Row) -> None:
        with outages(SYSTEM):
            self._client.put_item(**self._item(pk, row))

    def _item(self, pk: str, row: Row) -> dict[str, Any]:
        """Where a row goes, and as what."""
        return {"TableName": self._table, "Item": self._sealed.item({"pk": pk, **row})}

    def save_snapshot(self, key: WorldKey, ordinal: int, state: State) -> None:
        self._store(rows.partition(key), rows.snapshot_row(ordinal, state))
        recent = self._recent.get(key)
        if recent is not None and recent.state is state:
            self._recent.put(key, replace(recent, tail=0))

    def worlds(self, cursor: str | None, limit: int) -> tuple[Sequence[WorldKey], str | None]:
        start = {} if cursor is None else {"ExclusiveStartKey": json.loads(cursor)}
        with outages(SYSTEM):
            page = self._client.scan(
                TableName=self._table,
                FilterExpression="sk = :head",
                ExpressionAttributeValues=to_item({":head": rows.HEAD}),
                ProjectionExpression="pk",
                Limit=limit,
                **start,
            )
        last = page.get("LastEvaluatedKey")
        keys = [rows.world_key(from_item(item)["pk"]) for item in page["Items"]]
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
            yield from (rows.opened(self._sealed, item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, pk: str, sk: str) -> Row | None:
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return rows.opened(self._sealed, found["Item"]) if "Item" in found else None

    def _meaning(self, error: ClientError) -> Exception:
        """What a refused transaction says: its reasons come in the order of the actions (receipt, head, the rest)."""
        if error_code(error) in _CONTENTION_ERRORS:
            return Contended()
        reasons = error.response.get("CancellationReasons", [])
        codes = [reason.get("Code") for reason in reasons]
        failed = [index for index, code in enumerate(codes) if code == "ConditionalCheckFailed"]
        if 0 in failed:
            return Repeated(rows.read_receipt(self._sealed.row(reasons[0]["Item"])))
        if failed:
            head = reasons[1].get("Item")
            return Stale(None if head is None else from_item(head)["version"])
        return Contended() if _CONTENTION_REASONS.intersection(codes) else error


def _continue(base: State | None, newest_first: list[Recorded]) -> State | None:
    if base is None and not newest_first:
        return None
    return apply.fold((recorded.event for recorded in reversed(newest_first)), base)

"""LoRA adapters on DynamoDB:

ADAPTERS        A#<name>              an adapter as it is
LINEUPS         <subject>#<base>      who speaks for a subject on a base
H#<name>        <version>             what happened to an adapter: one row for each change

Every change is one transaction in which each row's version follows on the one that was read.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.lora import Adapter, Base, Change, Lineup, Lineups, gather
from bodybroker.ports.lora import AdapterContended, AdapterTaken

SYSTEM = "The registry of adapters"

_read_adapter = msgspec.json.Decoder(Adapter).decode
_read_lineup = msgspec.json.Decoder(Lineup).decode


class LoraTable:
    """`ports.AdapterRegistry` on one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, adapter: Adapter, by: str) -> None:
        try:
            self._write([self._put(_adapter_row(adapter)), self._history(adapter, "register", by)])
        except AdapterContended as taken:
            raise AdapterTaken(adapter.name) from taken

    def find(self, name: str) -> Adapter | None:
        row = self._get("ADAPTERS", f"A#{name}")
        return None if row is None else _read_adapter(row["document"])

    def lineup(self, subject: str, base: Base) -> Lineup:
        row = self._get("LINEUPS", f"{subject}#{base}")
        return Lineup(subject, base) if row is None else _read_lineup(row["document"])

    def lineups(self) -> Lineups:
        """Every line-up."""
        return gather(_read_lineup(row["document"]) for row in self._query("LINEUPS"))

    def commit(self, change: Change, operation: str, by: str) -> None:
        lineup = change.lineup
        row = {"pk": "LINEUPS", "sk": f"{lineup.subject}#{lineup.base}", **_versioned(lineup)}
        puts = [self._put(row)]
        for adapter in change.adapters:
            puts += [self._put(_adapter_row(adapter)), self._history(adapter, operation, by)]
        self._write(puts)

    def all(self) -> Iterator[Adapter]:
        return (_read_adapter(row["document"]) for row in self._query("ADAPTERS"))

    def history(self, name: str) -> list[dict[str, str]]:
        told = ("at", "by", "operation", "state")
        return [{word: row[word] for word in told} for row in self._query(f"H#{name}")]

    def _put(self, row: Row) -> dict[str, Any]:
        """Write a row in place of the version before it; the first version where there is none."""
        put: dict[str, Any] = {"TableName": self._table, "Item": to_item(row)}
        if row["version"] == 1:
            return {"Put": put | {"ConditionExpression": "attribute_not_exists(pk)"}}
        condition = {
            "ConditionExpression": "#version = :before",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": to_item({":before": row["version"] - 1}),
        }
        return {"Put": put | condition}

    def _history(self, adapter: Adapter, operation: str, by: str) -> dict[str, Any]:
        row: Row = {"pk": f"H#{adapter.name}", "sk": f"{adapter.version:08d}", "at": adapter.changed_at, "by": by}
        item = to_item(row | {"operation": operation, "state": adapter.state})
        return {"Put": {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}

    def _write(self, puts: list[dict[str, Any]]) -> None:
        try:
            with outages(SYSTEM):
                self._client.transact_write_items(TransactItems=puts)
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise AdapterContended from error
            raise

    def _get(self, pk: str, sk: str) -> Row | None:
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None

    def _query(self, pk: str) -> Iterator[Row]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": to_item({":pk": pk}),
            "ConsistentRead": True,
        }
        while True:
            with outages(SYSTEM):
                page = self._client.query(**query)
            yield from map(from_item, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class CachedLineups:
    """`ports.SpeakingAdapters`: the line-ups of a table, read again when they are older than `seconds`."""

    def __init__(self, table: LoraTable, clock: Clock, seconds: int) -> None:
        self._table = table
        self._clock = clock
        self._keep = timedelta(seconds=seconds)
        self._lock = Lock()
        self._lineups: Lineups | None = None
        self._expires: datetime | None = None

    def lineups(self) -> Lineups:
        """While the table does not answer, what was read last stays good."""
        now = self._clock.now()
        if self._lineups is not None and self._expires is not None and now < self._expires:
            return self._lineups
        with self._lock:
            try:
                self._lineups = self._table.lineups()
            except Unavailable:
                if self._lineups is None:
                    raise
            self._expires = now + self._keep
            return self._lineups


def _adapter_row(adapter: Adapter) -> Row:
    return {"pk": "ADAPTERS", "sk": f"A#{adapter.name}", "state": adapter.state, **_versioned(adapter)}


def _versioned(record: Adapter | Lineup) -> Row:
    return {"version": record.version, "document": msgspec.json.encode(record).decode()}

"""The item-level journal of DynamoDB: every write of an item, stream record and transaction token as it happens.

MiniStack's handlers change items through a few functions; these are wrapped to append to the journal. A request runs
inside one journal transaction, so a TransactWriteItems is in one commit with its stream records, and it is answered
when that commit is on disk. Positions in a stream are absolute and continue after a restart, so an event source
mapping, whose position is saved no earlier than the records it counts, repeats records but never skips one.
"""

import time
from collections import deque
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

from local_cloud.emulator.codec import Codec
from local_cloud.emulator.journal import Journal

TARGETS = (
    "ministack.services.dynamodb:_set_item(table, pk_val, sk_val, item)",
    "ministack.services.dynamodb:_remove_item(table, pk_val, sk_val)",
    "ministack.services.dynamodb:_items_replaced(table)",
    "ministack.services.dynamodb:_create_replica(name, table, region)",
    "ministack.services.dynamodb:_emit_stream_event(table_name, event_name, old_item, new_item, replicate)",
    "ministack.services.dynamodb:drop_stream_records(table_name, table)",
    "ministack.services.dynamodb:stream_end_position(table_name, account_id, region)",
    "ministack.services.dynamodb:stream_records_since(table_name, position, limit, account_id, region)",
    "ministack.services.dynamodb:_txn_token_store(crt, entry)",
    "ministack.services.dynamodb:_txn_idempotency",
    "ministack.services.dynamodb:_TXN_TOKEN_TTL",
    "ministack.services.dynamodb:_STREAM_RETENTION_SECONDS",
    "ministack.services.dynamodb:_stream_records",
    "ministack.services.dynamodb:_stream_trimmed",
    "ministack.services.dynamodb:_tables",
    "ministack.services.dynamodb:handle_request(method, path, headers, body, query_params)",
)

_ITEMS = "dynamodb.items/"
_STREAM = "dynamodb.stream/"
_TOKENS = "dynamodb.tokens"
_END = "end"  # the position after the newest record of a stream


class ItemJournal:
    """Writes DynamoDB's data to the journal as it changes, and restores it."""

    def __init__(self, journal: Journal, codec: Codec) -> None:
        self._journal = journal
        self._codec = codec
        self._tokens: deque[tuple[float, str]] = deque()

    def install(self) -> None:
        """Wrap MiniStack's functions."""
        self._wrap_items()
        self._wrap_streams()
        self._wrap_tokens()
        self._wrap_requests()

    def restore(self) -> None:
        """Fill the tables and streams that the saved definitions name; forget data of tables that are gone."""
        tables = dict(dynamodb._tables._data)
        by_id = {table["TableId"]: table for table in tables.values()}
        for service in self._journal.services(_ITEMS):
            table = by_id.get(service.removeprefix(_ITEMS))
            if table is None:
                self._journal.drop(service)
                continue
            for record in self._journal.load(service).values():
                partition, sort, item = self._codec.decode(record)
                table["items"][partition][sort] = item
            dynamodb._items_replaced.__wrapped__(table)
        for service in self._journal.services(_STREAM):
            account, region, name = service.removeprefix(_STREAM).split("/")
            if (account, region, name) in tables:
                self._restore_stream(service, account, region, name)
            else:
                self._journal.drop(service)
        self._restore_tokens()

    def _wrap_items(self) -> None:
        set_item, remove_item = dynamodb._set_item, dynamodb._remove_item
        items_replaced, create_replica = dynamodb._items_replaced, dynamodb._create_replica

        def journaled_set_item(table: dict[str, Any], pk_val: Any, sk_val: Any, item: Any) -> Any:
            with self._journal.transaction():
                self._append_item(table, pk_val, sk_val, item)
                return set_item(table, pk_val, sk_val, item)

        def journaled_remove_item(table: dict[str, Any], pk_val: Any, sk_val: Any) -> Any:
            with self._journal.transaction():
                self._journal.append(_items_service(table), repr((pk_val, sk_val)), None)
                return remove_item(table, pk_val, sk_val)

        def journaled_items_replaced(table: dict[str, Any]) -> None:
            with self._journal.transaction():
                items_replaced(table)
                self._append_all_items(table)

        def journaled_create_replica(name: str, table: dict[str, Any], region: str) -> None:
            with self._journal.transaction():
                create_replica(name, table, region)
                self._append_all_items(dynamodb._tables._data[get_account_id(), region, name])

        journaled_items_replaced.__wrapped__ = items_replaced  # type: ignore[attr-defined]
        dynamodb._set_item = journaled_set_item
        dynamodb._remove_item = journaled_remove_item
        dynamodb._items_replaced = journaled_items_replaced
        dynamodb._create_replica = journaled_create_replica

    def _append_item(self, table: dict[str, Any], partition: Any, sort: Any, item: Any) -> None:
        record = self._codec.encode((partition, sort, item))
        self._journal.append(_items_service(table), repr((partition, sort)), record)

    def _append_all_items(self, table: dict[str, Any]) -> None:
        self._journal.drop(_items_service(table))
        for partition, row in table["items"].items():
            for sort, item in row.items():
                self._append_item(table, partition, sort, item)

    def _wrap_streams(self) -> None:
        emit, drop = dynamodb._emit_stream_event, dynamodb.drop_stream_records

        def journaled_emit(table_name: str, *arguments: Any, **options: Any) -> None:
            with self._journal.transaction():
                start = dynamodb.stream_end_position(table_name)
                emit(table_name, *arguments, **options)
                end = dynamodb.stream_end_position(table_name)
                records = dynamodb.stream_records_since(table_name, start, end - start)
                service = _stream_service(table_name)
                for position, record in enumerate(records, start):
                    self._journal.append(service, f"{position:016d}", self._codec.encode(record))
                if end > start:
                    self._journal.append(service, _END, str(end).encode())

        def journaled_drop(table_name: str, table: dict[str, Any] | None = None) -> None:
            with self._journal.transaction():
                drop(table_name, table)
                self._journal.drop(_stream_service(table_name))

        dynamodb._emit_stream_event = journaled_emit
        dynamodb.drop_stream_records = journaled_drop

    def _restore_stream(self, service: str, account: str, region: str, name: str) -> None:
        saved = self._journal.load(service)
        end = int(saved.pop(_END))
        expired = time.time() - dynamodb._STREAM_RETENTION_SECONDS
        records = []
        for position, encoded in sorted(saved.items()):
            record = self._codec.decode(encoded)
            if record["dynamodb"]["ApproximateCreationDateTime"] < expired:
                self._journal.append(service, position, None)
            else:
                records.append(record)
        dynamodb._stream_records._data[account, region, name] = records
        dynamodb._stream_trimmed._data[account, region, name] = end - len(records)

    def _wrap_tokens(self) -> None:
        store = dynamodb._txn_token_store

        def journaled_token_store(crt: str, entry: dict[str, Any]) -> None:
            with self._journal.transaction():
                store(crt, entry)
                key = (get_account_id(), get_region(), crt)
                self._journal.append(_TOKENS, repr(key), self._codec.encode((key, entry)))
                self._tokens.append((time.time() + dynamodb._TXN_TOKEN_TTL, repr(key)))
                while self._tokens[0][0] < time.time():
                    self._journal.append(_TOKENS, self._tokens.popleft()[1], None)

        dynamodb._txn_token_store = journaled_token_store

    def _restore_tokens(self) -> None:
        for name, record in self._journal.load(_TOKENS).items():
            key, entry = self._codec.decode(record)
            dynamodb._txn_idempotency._data[key] = entry
            self._tokens.append((entry["completed_at"] + dynamodb._TXN_TOKEN_TTL, name))
        self._tokens = deque(sorted(self._tokens))

    def _wrap_requests(self) -> None:
        handle = dynamodb.handle_request

        async def journaled_request(*arguments: Any, **options: Any) -> Any:
            # MiniStack's DynamoDB handlers never suspend, so the journal is held for one request at a time.
            with self._journal.transaction():
                response = await handle(*arguments, **options)
            await self._journal.durable()
            return response

        dynamodb.handle_request = journaled_request


def _items_service(table: dict[str, Any]) -> str:
    return f"{_ITEMS}{table['TableId']}"


def _stream_service(table_name: str) -> str:
    return f"{_STREAM}{get_account_id()}/{get_region()}/{table_name}"

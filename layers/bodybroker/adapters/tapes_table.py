"""Tapes of turns on DynamoDB, beside the encounters: sealed rows in the partition of the world, removed by the TTL.

F                       the floor
T#<turn id>#<number>    a page, by the number of its last event
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.aws import Row, error_code, outages, to_item
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import WorldKey
from bodybroker.minds.floor import Floor
from bodybroker.ports.tapes import Page, Taken
from bodybroker.ports.vault import Vault

SYSTEM = "The store of turns"
FLOOR = "F"

_encode = msgspec.json.Encoder().encode
_floor = msgspec.json.Decoder(Floor).decode
_page = msgspec.json.Decoder(Page).decode


class DynamoTapes:
    """`ports.Tapes` on the table of encounters; rows are kept for `minutes`."""

    def __init__(self, client: Any, table: str, vault: Vault, clock: Clock, minutes: int) -> None:
        self._client = client
        self._table = table
        self._sealed = SealedRows(vault)
        self._clock = clock
        self._lifetime = timedelta(minutes=minutes)

    def floor(self, key: WorldKey) -> Floor:
        address = to_item({"pk": rows.partition(key), "sk": FLOOR})
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=address, ConsistentRead=True)
        return read_floor(self._sealed.row(found["Item"])) if "Item" in found else Floor()

    def put_floor(self, key: WorldKey, floor: Floor) -> None:
        """One who begins finds no row where the last one has faded: its version counts as any."""
        row = self._row(key, FLOOR, {"version": floor.version, "floor": _encode(floor)})
        try:
            with outages(SYSTEM):
                self._client.put_item(
                    TableName=self._table,
                    Item=self._sealed.item(row),
                    ConditionExpression="attribute_not_exists(pk) OR version = :before",
                    ExpressionAttributeValues={":before": {"N": str(floor.version - 1)}},
                )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            raise Taken from error

    def append(self, key: WorldKey, turn_id: str, page: Page) -> None:
        row = self._row(key, _sort_key(turn_id, page.events[-1].number), {"page": _encode(page)})
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=self._sealed.item(row))

    def pages(self, key: WorldKey, turn_id: str, after: int) -> Sequence[Page]:
        wanted: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": to_item(
                {
                    ":pk": rows.partition(key),
                    ":first": _sort_key(turn_id, after + 1),
                    ":last": f"{_sort_key(turn_id)}~",
                }
            ),
            "ConsistentRead": True,
        }
        found: list[Page] = []
        while True:
            with outages(SYSTEM):
                answer = self._client.query(**wanted)
            found += [_page(self._sealed.row(item)["page"]) for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                return found
            wanted["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _row(self, key: WorldKey, sort_key: str, content: Row) -> Row:
        fades = int((self._clock.now() + self._lifetime).timestamp())
        return {"pk": rows.partition(key), "sk": sort_key, "expires_at": fades} | content


def read_floor(row: Row) -> Floor:
    """The floor in its row."""
    return _floor(row["floor"])


def _sort_key(turn_id: str, number: int | None = None) -> str:
    return f"T#{turn_id}#" if number is None else f"T#{turn_id}#{number:06d}"

"""Removing many rows of one partition for good, in batches. Doing it again after a crash goes on where it stopped."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from bodybroker.adapters.aws import outages, to_item
from bodybroker.kernel.errors import Unavailable

SYSTEM = "The table of worlds"
BATCH = 25
"""Rows per batch write: DynamoDB's limit."""


def remove_ranges(client: Any, table: str, pk: str, ranges: Sequence[tuple[str, str]], limit: int | None = None) -> int:
    """Remove up to `limit` rows whose sort keys lie in one of `ranges`, in this order; returns how many there were.

    Raises Unavailable when the table does not keep up.
    """
    doomed = (sk for low, high in ranges for sk in sort_keys(client, table, pk, low, high))
    return remove_rows(client, table, pk, islice(doomed, limit))


def remove_rows(client: Any, table: str, pk: str, doomed: Iterator[str]) -> int:
    """Remove the rows with these sort keys; returns how many there were. Raises Unavailable, as above."""
    removed = 0
    while batch := list(islice(doomed, BATCH)):
        _remove(client, {table: [{"DeleteRequest": {"Key": to_item({"pk": pk, "sk": sk})}} for sk in batch]})
        removed += len(batch)
    return removed


def _remove(client: Any, left: dict[str, Any]) -> None:
    """What DynamoDB leaves undone under load is asked for again."""
    for _ in range(BATCH):
        with outages(SYSTEM):
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
        if not left:
            return
    raise Unavailable(f"{SYSTEM} does not keep up; try again.")


def sort_keys(client: Any, table: str, pk: str, low: str, high: str) -> Iterator[str]:
    """The sort keys of a partition's rows in [low, high]."""
    request = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": to_item({":pk": pk, ":low": low, ":high": high}),
        "ProjectionExpression": "sk",
        "ConsistentRead": True,
    }
    while True:
        with outages(SYSTEM):
            page = client.query(**request)
        yield from (item["sk"]["S"] for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

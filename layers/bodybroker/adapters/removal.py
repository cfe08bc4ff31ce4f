"""Removing many rows of one partition for good, in batches. Doing it again after a crash goes on where it stopped."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from bodybroker.adapters.aws import outages, to_item

BATCH = 25
"""Rows per batch write: DynamoDB's limit."""


def remove_ranges(client: Any, table: str, pk: str, ranges: Sequence[tuple[str, str]], limit: int) -> int:
    """Remove up to `limit` rows whose sort keys lie in one of `ranges`, in this order; returns how many there were."""
    doomed = islice((sk for low, high in ranges for sk in _sort_keys(client, table, pk, low, high)), limit)
    removed = 0
    while batch := list(islice(doomed, BATCH)):
        left = {table: [{"DeleteRequest": {"Key": to_item({"pk": pk, "sk": sk})}} for sk in batch]}
        while left:
            with outages("The table of worlds"):
                left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")
        removed += len(batch)
    return removed


def _sort_keys(client: Any, table: str, pk: str, low: str, high: str) -> Iterator[str]:
    request = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": to_item({":pk": pk, ":low": low, ":high": high}),
        "ProjectionExpression": "sk",
        "ConsistentRead": True,
    }
    while True:
        with outages("The table of worlds"):
            page = client.query(**request)
        yield from (item["sk"]["S"] for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

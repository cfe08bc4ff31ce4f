"""Removing what players leave behind in the tables of worlds and encounters, in batches, by keys alone."""

from collections.abc import Iterator, Sequence
from typing import Any

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.aws import from_item, outages, to_item
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId, WorldKey

SYSTEM = "The event store"
BATCH = 25
"""Rows that DynamoDB removes at once."""
BATCH_ATTEMPTS = 5

Address = dict[str, Any]


class DynamoErasure:
    """`ports.Erasure` on the two tables whose partitions are worlds."""

    def __init__(self, client: Any, worlds_table: str, encounters_table: str) -> None:
        self._client = client
        self._worlds_table = worlds_table
        self._encounters_table = encounters_table

    def worlds(self, player: PlayerId) -> Sequence[WorldKey]:
        found = self._addresses(self._worlds_table, f"P#{player}", rows.WORLDS)
        return [WorldKey(player, rows.world_of(from_item(address)["sk"])) for address in found]

    def erase_world(self, key: WorldKey) -> None:
        """The row that tells of the world goes last: until then an erasure that was cut off finds it again."""
        pk = rows.partition(key)
        self._remove(self._worlds_table, [to_item({"pk": pk, "sk": rows.HEAD})])
        self._remove_partition(self._worlds_table, pk)
        self._remove_partition(self._encounters_table, pk)
        self._remove(self._worlds_table, [to_item({"pk": f"P#{key.player}", **rows.world_row(key.world)})])

    def erase_player(self, player: PlayerId) -> None:
        self._remove_partition(self._worlds_table, f"P#{player}")

    def _remove_partition(self, table: str, pk: str) -> None:
        batch: list[Address] = []
        for address in self._addresses(table, pk):
            batch.append(address)
            if len(batch) == BATCH:
                self._remove(table, batch)
                batch = []
        self._remove(table, batch)

    def _addresses(self, table: str, pk: str, prefix: str = "") -> Iterator[Address]:
        """The keys of a partition's rows, of those whose sort keys begin with `prefix`."""
        request: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk",
            "ExpressionAttributeValues": to_item({":pk": pk, ":prefix": prefix or None}),
            "ProjectionExpression": "pk, sk",
            "ConsistentRead": True,
        }
        while True:
            with outages(SYSTEM):
                page = self._client.query(**request)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _remove(self, table: str, addresses: Sequence[Address]) -> None:
        """Remove up to `BATCH` rows. What DynamoDB leaves undone under load is asked for again."""
        request: dict[str, Any] = {table: [{"DeleteRequest": {"Key": address}} for address in addresses]}
        for _ in range(BATCH_ATTEMPTS):
            if not request.get(table):
                return
            with outages(SYSTEM):
                request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
        if request:
            raise Unavailable(f"{SYSTEM} does not keep up; try again.")

"""Read models on DynamoDB: `P#<player>` / `W#<world>` holds a world's summary, sealed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, outages, to_item
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.ports.vault import Shredded, Vault
from bodybroker.ports.worlds import Summary

SYSTEM = "The list of worlds"


class DynamoProjections:
    """`ports.Projections` on one table."""

    def __init__(self, client: Any, table: str, vault: Vault) -> None:
        self._client = client
        self._table = table
        self._sealed = SealedRows(vault)

    def put(self, player: PlayerId, summary: Summary) -> bool:
        newer = "attribute_not_exists(pk) OR ordinal < :ordinal OR (ordinal = :ordinal AND last_seq < :last_seq)"
        try:
            with outages(SYSTEM):
                self._client.put_item(
                    TableName=self._table,
                    Item=self._sealed.item(_row(player, summary)),
                    ConditionExpression=newer,
                    ExpressionAttributeValues=to_item({":ordinal": summary.ordinal, ":last_seq": summary.last_seq}),
                )
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def replace(self, player: PlayerId, summary: Summary) -> None:
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=self._sealed.item(_row(player, summary)))

    def remove(self, player: PlayerId, world: WorldId) -> None:
        with outages(SYSTEM):
            self._client.delete_item(TableName=self._table, Key=to_item({"pk": f"P#{player}", "sk": f"W#{world}"}))

    def list_worlds(self, player: PlayerId, cursor: WorldId | None, limit: int) -> Sequence[Summary]:
        after = "W#" if cursor is None else f"W#{cursor}#"
        with outages(SYSTEM):
            page = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :after AND :end",
                ExpressionAttributeValues=to_item({":pk": f"P#{player}", ":after": after, ":end": "W$"}),
                Limit=limit,
            )
        try:
            return [_summary(self._sealed.row(item)) for item in page["Items"]]
        except Shredded:  # what is left of a player who is gone
            return []


def _row(player: PlayerId, summary: Summary) -> Row:
    return {"pk": f"P#{player}", "sk": f"W#{summary.world_id}", **asdict(summary)}


def _summary(row: Row) -> Summary:
    return Summary(**{name: value for name, value in row.items() if name not in ("pk", "sk")})

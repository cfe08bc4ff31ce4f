"""Players' data keys on DynamoDB, each wrapped by a key in KMS that never leaves it: `P#<player>` / `K`.

The table has no point-in-time recovery, since a key that could be restored would not be destroyed. A destroyed key
leaves its row behind without the key, as the order to erase the player's rows: both are one write, so no deletion is
lost between them, and that write is what the table's stream tells.
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.ids import PlayerId
from bodybroker.ports.vault import Shredded

SYSTEM = "The table of keys"
CONDITION_FAILED = "ConditionalCheckFailedException"
SORT_KEY = "K"


class KmsPlayerKeys:
    """`ports.PlayerKeys`. The player's id is the encryption context: a wrapped key opens for its own player only."""

    def __init__(self, client: Any, table: str, kms: Any, wrapping_key_id: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._kms = kms
        self._wrapping_key_id = wrapping_key_id
        self._clock = clock

    def create(self, player: PlayerId) -> None:
        with outages("The wrapping key"):
            made = self._kms.generate_data_key_without_plaintext(
                KeyId=self._wrapping_key_id, KeySpec="AES_256", EncryptionContext=_context(player)
            )
        row = {"pk": f"P#{player}", "sk": SORT_KEY, "wrapped_key": made["CiphertextBlob"]}
        try:
            with outages(SYSTEM):
                self._client.put_item(
                    TableName=self._table, Item=to_item(row), ConditionExpression="attribute_not_exists(pk)"
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise

    def exists(self, player: PlayerId) -> bool:
        return "wrapped_key" in _read(self._client, self._table, player)

    def find(self, player: PlayerId) -> bytes:
        row = _read(self._client, self._table, player)
        if "wrapped_key" not in row:
            raise Shredded("This player is gone.")
        with outages("The wrapping key"):
            answer = self._kms.decrypt(
                KeyId=self._wrapping_key_id, CiphertextBlob=row["wrapped_key"], EncryptionContext=_context(player)
            )
        return bytes(answer["Plaintext"])

    def destroy(self, player: PlayerId) -> None:
        try:
            with outages(SYSTEM):
                self._client.update_item(
                    TableName=self._table,
                    Key=_address(player),
                    # The time makes a repetition a change, which the stream tells again.
                    UpdateExpression="SET destroyed_at = :now REMOVE wrapped_key",
                    ConditionExpression="attribute_exists(pk)",
                    ExpressionAttributeValues=to_item({":now": self._clock.now().isoformat()}),
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise


class DynamoErasureOrders:
    """`ports.ErasureOrders`: the rows of destroyed keys."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def open(self) -> Iterator[PlayerId]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": "attribute_not_exists(wrapped_key)",
            "ProjectionExpression": "pk",
            "ConsistentRead": True,
        }
        while True:
            with outages(SYSTEM):
                page = self._client.scan(**request)
            for item in page["Items"]:
                yield player_of(from_item(item)["pk"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def stands(self, player: PlayerId) -> bool:
        row = _read(self._client, self._table, player)
        return bool(row) and "wrapped_key" not in row

    def fulfil(self, player: PlayerId) -> None:
        with outages(SYSTEM):
            self._client.delete_item(
                TableName=self._table, Key=_address(player), ConditionExpression="attribute_not_exists(wrapped_key)"
            )


def has_key(table: str, player: PlayerId) -> dict[str, Any]:
    """The action by which a transaction asks whether the player has a key."""
    check = {
        "TableName": table,
        "Key": _address(player),
        "ConditionExpression": "attribute_exists(wrapped_key)",
        "ReturnValuesOnConditionCheckFailure": "NONE",
    }
    return {"ConditionCheck": check}


def player_of(partition: str) -> PlayerId:
    """The player in a partition key."""
    return PlayerId(partition.removeprefix("P#"))


def _read(client: Any, table: str, player: PlayerId) -> Row:
    """The player's row, empty where there is none."""
    with outages(SYSTEM):
        found = client.get_item(TableName=table, Key=_address(player), ConsistentRead=True)
    return from_item(found.get("Item", {}))


def _address(player: PlayerId) -> dict[str, Any]:
    return to_item({"pk": f"P#{player}", "sk": SORT_KEY})


def _context(player: PlayerId) -> dict[str, str]:
    return {"player": player}

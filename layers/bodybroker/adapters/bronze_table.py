"""Inferences on DynamoDB:

I#<inference>  I            an inference: its task's half, its outcome, its fate; the table's TTL removes it
OPEN           <inference>  that it is open, and when to look at it; few at a time, so they share a partition
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.models.bronze import Asked, Fate, Inference, Outcome
from bodybroker.ports.bronze import Accepted, Open

SYSTEM = "The store of inferences"
CONDITION_FAILED = "ConditionalCheckFailedException"
OPEN = "OPEN"

_encode = msgspec.json.Encoder().encode


class DynamoInferences:
    """`ports.Inferences` on one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, inference: Inference, forget_at: int) -> tuple[Inference, bool]:
        """The half is stored under one condition, so that of many claims of one token one stands."""
        half: Row = {
            "token": inference.token,
            "asked": _encode(inference.asked),
            "claimed_at": inference.claimed_at,
            "due_at": inference.due_at,
            "closes_at": inference.closes_at,
            "expires_at": forget_at,
        }
        try:
            row = self._set(inference.inference_id, half, "attribute_not_exists(#token)")
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return _read(inference.inference_id, from_item(error.response["Item"])), False
        return _read(inference.inference_id, row), True

    def accept(self, inference_id: str, accepted: Accepted) -> None:
        self._set(inference_id, {"output": accepted.output, "failure": accepted.failure})

    def tell(self, inference_id: str, outcome: Outcome, forget_at: int) -> Inference:
        row = self._set_once(inference_id, "outcome", _encode(outcome), forget_at)
        return _read(inference_id, row)

    def decide(self, inference_id: str, fate: Fate) -> Fate:
        decided: Fate = self._set_once(inference_id, "fate", fate)["fate"]
        return decided

    def find(self, inference_id: str) -> Inference | None:
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=_key(inference_id), ConsistentRead=True)
        return _read(inference_id, from_item(found["Item"])) if "Item" in found else None

    def open(self, inference_id: str, look_at: int) -> None:
        row: Row = {"pk": OPEN, "sk": inference_id, "look_at": look_at}
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=to_item(row))

    def close(self, inference_id: str, seen: Open | None = None) -> None:
        unchanged: dict[str, Any] = {}
        if seen is not None:
            unchanged = {
                "ConditionExpression": "look_at = :seen",
                "ExpressionAttributeValues": to_item({":seen": seen.look_at}),
            }
        try:
            with outages(SYSTEM):
                self._client.delete_item(
                    TableName=self._table, Key=to_item({"pk": OPEN, "sk": inference_id}), **unchanged
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise

    def due(self, now: int, limit: int) -> Sequence[Open]:
        found: list[Open] = []
        start: dict[str, Any] = {}
        while True:
            with outages(SYSTEM):
                page = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :open",
                    FilterExpression="look_at <= :now",
                    ExpressionAttributeValues=to_item({":open": OPEN, ":now": now}),
                    ConsistentRead=True,
                    **start,
                )
            rows = map(from_item, page["Items"])
            found += [Open(row["sk"], row["look_at"]) for row in rows]
            if "LastEvaluatedKey" not in page or len(found) >= limit:
                return sorted(found, key=lambda entry: entry.look_at)[:limit]
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _set(self, inference_id: str, values: Row, condition: str | None = None) -> Row:
        """Write attributes; the row as it is then. What is None is left out."""
        given = {name: value for name, value in values.items() if value is not None}
        more = {"ConditionExpression": condition} if condition else {}
        with outages(SYSTEM):
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(inference_id),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in given),
                ExpressionAttributeNames={f"#{name}": name for name in given},
                ExpressionAttributeValues=to_item({f":{name}": value for name, value in given.items()}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **more,
            )
        return from_item(answer["Attributes"])

    def _set_once(self, inference_id: str, name: str, value: object, forget_at: int | None = None) -> Row:
        """Write an attribute unless it is there; the row as it is then. A row made by this is forgotten in time."""
        expression, values = "SET #name = if_not_exists(#name, :value)", {":value": value}
        if forget_at is not None:
            expression += ", expires_at = if_not_exists(expires_at, :forget_at)"
            values[":forget_at"] = forget_at
        with outages(SYSTEM):
            answer = self._client.update_item(
                TableName=self._table,
                Key=_key(inference_id),
                UpdateExpression=expression,
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        return from_item(answer["Attributes"])


def _key(inference_id: str) -> dict[str, Any]:
    return to_item({"pk": f"I#{inference_id}", "sk": "I"})


def _read(inference_id: str, row: Row) -> Inference:
    return Inference(
        inference_id=inference_id,
        token=row.get("token"),
        asked=msgspec.json.decode(row["asked"], type=Asked) if "asked" in row else None,
        claimed_at=row.get("claimed_at", 0),
        due_at=row.get("due_at", 0),
        closes_at=row.get("closes_at", 0),
        output=row.get("output"),
        failure=row.get("failure"),
        outcome=msgspec.json.decode(row["outcome"], type=Outcome) if "outcome" in row else None,
        fate=row.get("fate"),
    )

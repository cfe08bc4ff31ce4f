"""Deliveries of notices on DynamoDB:

N#<notice>  D    who has it until when (`until`, seconds since 1970), or that it was `delivered`; TTL removes it
"""

from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.ports.webhooks import Claim

SYSTEM = "The list of deliveries"
CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoDeliveries:
    """`ports.Deliveries` on one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def claim(self, notice_id: str, now: int, until: int) -> Claim:
        row: Row = {**_key(notice_id), "until": until, "expires_at": until}
        try:
            with outages(SYSTEM):
                self._client.put_item(
                    TableName=self._table,
                    Item=to_item(row),
                    ConditionExpression="attribute_not_exists(pk) OR #until <= :now",
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues=to_item({":now": now}),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return "delivered" if "delivered" in from_item(error.response["Item"]) else "busy"
        return "mine"

    def delivered(self, notice_id: str, forget_at: int) -> None:
        row: Row = {**_key(notice_id), "delivered": True, "expires_at": forget_at}
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=to_item(row))

    def release(self, notice_id: str) -> None:
        try:
            with outages(SYSTEM):
                self._client.delete_item(
                    TableName=self._table,
                    Key=to_item(_key(notice_id)),
                    ConditionExpression="attribute_not_exists(delivered)",
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise


def _key(notice_id: str) -> Row:
    return {"pk": f"N#{notice_id}", "sk": "D"}

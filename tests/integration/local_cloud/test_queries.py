"""Key conditions select the same items whichever way they are evaluated."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

Emulator = Any

NUMBERS = [Decimal(text) for text in ("-10", "-1", "0", "0.5", "2", "10", "100")]
WORDS = ["E#000001#000000000001", "E#000001#000000000002", "E#000001#000000000002#S", "E#000002#000000000003", "H"]


@pytest.fixture(scope="module")
def query(shared_emulator: Emulator) -> Callable[..., list[Any]]:
    """Sort keys of the items of partition `a` under a condition; partition `b` holds the same."""
    dynamodb = shared_emulator.client("dynamodb")
    for table, kind, keys in (("numbers", "N", NUMBERS), ("words", "S", WORDS)):
        attributes = [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": kind}]
        schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        dynamodb.create_table(
            TableName=table, KeySchema=schema, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
        )
        for partition in "ab":
            for key in keys:
                dynamodb.put_item(TableName=table, Item={"pk": {"S": partition}, "sk": {kind: str(key)}})

    def run(table: str, **arguments: Any) -> list[Any]:
        answer = dynamodb.query(TableName=table, **arguments)
        kind, convert = ("N", Decimal) if table == "numbers" else ("S", str)
        return [convert(item["sk"][kind]) for item in answer["Items"]]

    return run


@pytest.mark.parametrize("operator", ["=", "<", "<=", ">", ">="])
def test_comparisons(query: Callable[..., list[Any]], operator: str) -> None:
    for table, kind, keys in (("numbers", "N", NUMBERS), ("words", "S", WORDS)):
        for bound in keys:
            found = query(
                table,
                KeyConditionExpression=f"#pk = :pk AND sk {operator} :sk",
                ExpressionAttributeNames={"#pk": "pk"},
                ExpressionAttributeValues={":pk": {"S": "a"}, ":sk": {kind: str(bound)}},
            )
            assert found == [key for key in keys if _holds(key, operator, bound)]


def test_ranges_prefixes_order_and_limit(query: Callable[..., list[Any]]) -> None:
    values = {":pk": {"S": "a"}, ":low": {"N": "-1"}, ":high": {"N": "10"}}
    found = query(
        "numbers",
        KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
        ExpressionAttributeValues=values,
        ScanIndexForward=False,
    )
    assert found == [key for key in reversed(NUMBERS) if -1 <= key <= 10]
    values = {":pk": {"S": "a"}, ":p": {"S": "E#000001#"}}
    condition = "pk = :pk and begins_with(sk, :p)"
    assert query("words", KeyConditionExpression=condition, ExpressionAttributeValues=values) == WORDS[:3]
    assert query("words", KeyConditionExpression=condition, ExpressionAttributeValues=values, Limit=2) == WORDS[:2]
    only_hash = {"KeyConditionExpression": "(pk = :pk)", "ExpressionAttributeValues": {":pk": {"S": "b"}}}
    assert query("words", **only_hash) == WORDS


def test_mistakes_are_still_reported(query: Callable[..., list[Any]]) -> None:
    values = {":pk": {"S": "a"}, ":low": {"N": "5"}, ":high": {"N": "1"}}
    with pytest.raises(ClientError, match="BETWEEN operator requires upper bound"):
        query(
            "numbers",
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues=values,
        )
    with pytest.raises(ClientError, match="not defined"):
        query("words", KeyConditionExpression="pk = :other", ExpressionAttributeValues=values)


def _holds(key: Any, operator: str, bound: Any) -> bool:
    return {
        "=": key == bound,
        "<": key < bound,
        "<=": key <= bound,
        ">": key > bound,
        ">=": key >= bound,
    }[operator]

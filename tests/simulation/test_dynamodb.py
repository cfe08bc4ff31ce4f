"""The simulated DynamoDB is strict: what AWS refuses it refuses, what it does not know it does not guess."""

import pytest
from bodybroker.adapters.aws import to_item
from botocore.exceptions import ClientError

from tests.simulation.dynamodb import DynamoDB


@pytest.fixture
def changes() -> list:
    return []


@pytest.fixture
def database(changes) -> DynamoDB:
    return DynamoDB(["t"], changes.extend)


def put(database, pk="p", sk="s", **more):
    item = to_item({"pk": pk, "sk": sk, **more.pop("row", {})})
    return database.call("put_item", {"TableName": "t", "Item": item, **more})


def get(database, pk="p", sk="s", **more):
    return database.call("get_item", {"TableName": "t", "Key": to_item({"pk": pk, "sk": sk}), **more}).get("Item")


def query(database, condition="pk = :pk", values=None, **more):
    values = to_item({":pk": "p"} | (values or {}))
    request = {"TableName": "t", "KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    return database.call("query", request | more)


def refused(code):
    return pytest.raises(ClientError, check=lambda error: error.response["Error"]["Code"] == code)


@pytest.mark.parametrize(
    ("condition", "values", "holds"),
    [
        ("attribute_not_exists(pk)", {}, False),
        ("attribute_exists(n) AND n = :n", {":n": 5}, True),
        ("n <> :n OR (n < :n AND n > :n)", {":n": 5}, False),
        ("NOT n >= :n", {":n": 6}, True),
        ("n BETWEEN :low AND :high", {":low": 5, ":high": 6}, True),
        ("n IN (:low, :high)", {":low": 4, ":high": 6}, False),
        ("begins_with(word, :start)", {":start": "bl"}, True),
        ("n = :word", {":word": "5"}, False),
        ("gone <> :n", {":n": 5}, True),
        ("gone < :n", {":n": 5}, False),
    ],
)
def test_conditions(database, condition, values, holds):
    put(database, row={"n": 5, "word": "blood"})
    more = {"ExpressionAttributeValues": to_item(values)} if values else {}
    if holds:
        put(database, ConditionExpression=condition, **more)
    else:
        with refused("ConditionalCheckFailedException"):
            put(database, ConditionExpression=condition, **more)


@pytest.mark.parametrize(
    "more",
    [
        {"ConditionExpression": "n = :n"},
        {"ConditionExpression": "attribute_exists(n)", "ExpressionAttributeValues": {":n": {"N": "1"}}},
        {"ConditionExpression": "n ="},
        {"ConditionExpression": "attribute_exists(n) attribute_exists(n)"},
        {"row": {"blob": b"x" * 400 * 1024}},
        {"sk": ""},
    ],
)
def test_what_aws_refuses_is_refused(database, more):
    with refused("ValidationException"):
        put(database, **more)


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("create_backup", {}),
        ("put_item", {"TableName": "t", "Item": to_item({"pk": "p", "sk": "s"}), "ReturnValues": "ALL_OLD"}),
        (
            "put_item",
            {"TableName": "t", "Item": to_item({"pk": "p", "sk": "s"}), "ConditionExpression": "size(a) = :b"},
        ),
        (
            "query",
            {
                "TableName": "t",
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": "p"}},
                "IndexName": "i",
            },
        ),
    ],
)
def test_what_is_not_known_is_not_guessed(database, operation, request_):
    with pytest.raises(NotImplementedError):
        database.call(operation, request_)


def test_updates(database):
    def update(expression, **values):
        request = {"TableName": "t", "Key": to_item({"pk": "p", "sk": "s"}), "UpdateExpression": expression}
        values = {f":{name}": value for name, value in values.items()}
        more = {"ExpressionAttributeValues": to_item(values)} if values else {}
        return database.call("update_item", request | more | {"ReturnValues": "ALL_NEW"})["Attributes"]

    assert update("SET n = :n, m = if_not_exists(m, :n)", n=3)["m"] == {"N": "3"}
    assert update("SET n = n - :n ADD m :n", n=1) == to_item({"pk": "p", "sk": "s", "n": 2, "m": 4})
    assert update("REMOVE m") == to_item({"pk": "p", "sk": "s", "n": 2})
    with refused("ValidationException"):
        update("SET pk = :n", n=1)


def test_a_transaction_is_all_or_nothing(database, changes):
    put(database, sk="there", row={"n": 1})
    changes.clear()

    def transact(*sort_keys, **more):
        actions = [
            {
                "Put": {
                    "TableName": "t",
                    "Item": to_item({"pk": "p", "sk": sk}),
                    "ConditionExpression": "attribute_not_exists(pk)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            }
            for sk in sort_keys
        ]
        return database.call("transact_write_items", {"TransactItems": actions, **more})

    with refused("TransactionCanceledException") as caught:
        transact("new", "there")
    reasons = caught.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"]["n"] == {"N": "1"}
    assert get(database, sk="new") is None and not changes
    transact("new", "newer", ClientRequestToken="once")
    assert len(changes) == 2
    transact("new", "newer", ClientRequestToken="once")
    assert len(changes) == 2
    with refused("IdempotentParameterMismatchException"):
        transact("newest", ClientRequestToken="once")
    for bad in (["a", "a"], [f"{number}" for number in range(101)]):
        with refused("ValidationException"):
            transact(*bad)


def test_pages_end_at_their_limit_and_at_a_megabyte(database):
    for number in range(5):
        put(database, sk=f"{number}", row={"blob": b"x" * 300 * 1024})
    page = query(database)
    assert page["Count"] == 4 and page["LastEvaluatedKey"]["sk"] == {"S": "3"}
    rest = query(database, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert [item["sk"]["S"] for item in rest["Items"]] == ["4"] and "LastEvaluatedKey" not in rest
    newest = query(database, ScanIndexForward=False, Limit=2)
    assert [item["sk"]["S"] for item in newest["Items"]] == ["4", "3"] and "LastEvaluatedKey" in newest
    middle = query(database, "pk = :pk AND sk BETWEEN :low AND :high", {":low": "1", ":high": "2"})
    assert [item["sk"]["S"] for item in middle["Items"]] == ["1", "2"]


def test_only_inconsistent_reads_may_lag():
    database = DynamoDB(["t"], lags=lambda table, key: True)
    put(database, row={"n": 1})
    put(database, row={"n": 2})
    assert get(database)["n"] == {"N": "1"}
    assert get(database, ConsistentRead=True)["n"] == {"N": "2"}
    assert query(database, ConsistentRead=True)["Items"][0]["n"] == {"N": "2"}
    assert query(database)["Items"][0]["n"] == {"N": "1"}

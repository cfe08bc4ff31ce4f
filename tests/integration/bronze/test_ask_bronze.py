"""A question to the bronze model through everything that is deployed: state machine, functions, endpoint, topics."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from bodybroker.models.prices import load as prices
from bodybroker.models.usage import Usage
from botocore.exceptions import ClientError

from local_cloud.deploy import REGION
from scripts.ask_bronze import STACK, Door, NoAnswer, local_door, main, new_guest
from scripts.deployed import physical_name

pytestmark = pytest.mark.cloud
REQUEST = {"messages": [{"role": "user", "content": "Name a monster."}], "max_tokens": 16}
PATIENCE_S = 240
"""The model's server starts with the first question."""


@pytest.fixture
def client(cloud, monkeypatch) -> Callable[[str], Any]:
    for name, value in {
        "AWS_ENDPOINT_URL": cloud.endpoints["aws"],
        "AWS_ACCESS_KEY_ID": "bodybroker-local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
    }.items():
        monkeypatch.setenv(name, value)
    return boto3.client


@pytest.fixture
def door(cloud) -> Door:
    door = local_door(cloud.state_dir)
    assert door is not None
    return door


@pytest.fixture
def payer(cloud) -> dict[str, Any]:
    return {"player": new_guest(cloud.state_dir), "plan": "free"}


@pytest.fixture
def rows(client) -> Callable[[str], list[dict[str, Any]]]:
    """Everything in the table of inferences that tells of one call, and what is open."""
    table = physical_name(STACK, "AWS::DynamoDB::GlobalTable", "Inferences")

    def rows(call_id: str) -> list[dict[str, Any]]:
        items = client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        mine = [item for item in items if call_id in json.dumps(item.get("asked", {}), default=bytes.decode)]
        keys = {item["pk"]["S"].removeprefix("I#") for item in mine}
        return [*mine, *(item for item in items if item["pk"]["S"] == "OPEN" and item["sk"]["S"] in keys)]

    return rows


def _wait(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def test_the_endpoint_starts_with_the_first_question(door, payer, client):
    def instances() -> int:
        (variant,) = client("sagemaker").describe_endpoint(EndpointName="bodybroker-bronze")["ProductionVariants"]
        return int(variant["CurrentInstanceCount"])

    _wait(lambda: instances() == 0)
    door.wait(door.start(payer, "lore", REQUEST))
    assert instances() == 1


def test_a_question_is_answered_paid_for_and_closed(door, payer, rows):
    execution = door.start(payer, "lore", REQUEST)
    answer = door.wait(execution)
    assert answer.text.strip()
    usage = Usage(**answer.output["usage"])
    assert usage.prompt_tokens > 0
    assert 0 < usage.completion_tokens <= REQUEST["max_tokens"]
    assert answer.output["cost_nanodollars"] == prices()["bronze"].cost_nanodollars(usage)
    (row,) = rows(answer.output["call_id"])  # and nothing of it is open
    assert row["fate"] == {"S": "used"}


def test_one_call_is_one_execution(door, payer, client):
    execution = door.start(payer, "lore", REQUEST)
    question = client("stepfunctions").describe_execution(executionArn=execution)
    again = {"stateMachineArn": question["stateMachineArn"], "name": question["name"], "input": question["input"]}
    try:
        assert client("stepfunctions").start_execution(**again)["executionArn"] == execution
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ExecutionAlreadyExists"
    door.wait(execution)


@pytest.fixture
def deaf(client) -> Iterator[None]:
    """Nobody hears what came of inferences."""
    topics = client("sns")
    listening = [one for one in _subscriptions(topics) if "bronze" in one["Endpoint"].lower()]
    assert len(listening) == 2
    for subscription in listening:
        topics.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    yield
    for subscription in listening:
        topics.subscribe(TopicArn=subscription["TopicArn"], Protocol="lambda", Endpoint=subscription["Endpoint"])


@pytest.fixture
def sweep_after(client, rows) -> Callable[[str, tuple[str, ...]], None]:
    """Sweeps when the answer of an execution lies in S3 and some times of its inference are past."""

    def sweep(execution: str, times: tuple[str, ...]) -> None:
        call_id = execution.rpartition(":")[2]
        (row,) = _wait(lambda: [one for one in rows(call_id) if "output" in one])
        _wait(lambda: _exists(client("s3"), row["output"]["S"]))
        table, past = physical_name(STACK, "AWS::DynamoDB::GlobalTable", "Inferences"), {":past": {"N": "1"}}
        changes = [({"pk": row["pk"], "sk": row["sk"]}, time) for time in times]
        for key, name in [*changes, (_open(row), "look_at")]:
            client("dynamodb").update_item(
                TableName=table, Key=key, UpdateExpression=f"SET {name} = :past", ExpressionAttributeValues=past
            )
        sweeper = physical_name(STACK, "AWS::Lambda::Function", "Bronzesweeper")
        client("lambda").invoke(FunctionName=sweeper, Payload=b"{}")

    return sweep


def test_a_lost_notification_is_made_good_by_the_sweeper(door, payer, deaf, sweep_after):
    execution = door.start(payer, "lore", REQUEST)
    sweep_after(execution, ("due_at",))
    assert door.wait(execution).text


def test_an_answer_that_came_too_late_is_paid_by_the_house(door, payer, deaf, sweep_after, client, rows):
    execution = door.start(payer, "lore", REQUEST)
    sweep_after(execution, ("due_at", "closes_at"))
    client("stepfunctions").stop_execution(executionArn=execution)
    call_id = execution.rpartition(":")[2]
    (row,) = rows(call_id)
    assert row["fate"] == {"S": "late"}
    budgets = physical_name("BodyBroker-Spending", "AWS::DynamoDB::GlobalTable", "Budgets")
    noted = [item for item in client("dynamodb").scan(TableName=budgets)["Items"] if call_id in str(item)]
    assert any('"verdict":"late"' in str(item) and '"charged_nanodollars":0' in str(item) for item in noted), noted


def _subscriptions(topics: Any) -> list[Any]:
    pages = topics.get_paginator("list_subscriptions").paginate()
    return [subscription for page in pages for subscription in page["Subscriptions"]]


def _open(row: dict[str, Any]) -> dict[str, Any]:
    return {"pk": {"S": "OPEN"}, "sk": {"S": row["pk"]["S"].removeprefix("I#")}}


def _exists(s3: Any, location: str) -> bool:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def test_a_bad_question_is_refused_with_every_fault(door, payer):
    with pytest.raises(NoAnswer, match=r"Malformed: .*messages.*max_tokens"):
        door.wait(door.start(payer, "lore", {"messages": [], "max_tokens": 0}))
    with pytest.raises(NoAnswer, match=r"Malformed: .*job: must be one of"):
        door.wait(door.start(payer, "gossip", REQUEST))


def test_who_has_no_budget_is_not_answered(door):
    stranger = {"player": str(uuid.uuid4()), "plan": "free"}
    with pytest.raises(NoAnswer, match="OverBudget: "):
        door.wait(door.start(stranger, "lore", REQUEST))


def test_people_ask_by_a_command(cloud, capsys):
    assert main(["Name a ghost.", "--state-dir", str(cloud.state_dir), "--max-tokens", "8"]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip()
    assert "USD" in printed.err

"""Tasks of Step Functions and objects of S3, on AWS's interfaces."""

import json
import time
from uuid import uuid4

import pytest
from bodybroker.adapters.bronze_tasks import WaitingTasks
from bodybroker.adapters.objects import S3Objects
from botocore.exceptions import ClientError


@pytest.fixture
def start(aws_client):
    """Starts an execution of one task that waits; gives its token and a function that waits for its end."""
    states, queues = aws_client("stepfunctions"), aws_client("sqs")

    def start():
        queue = queues.create_queue(QueueName=f"tokens-{uuid4()}")["QueueUrl"]
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Arguments": {"QueueUrl": queue, "MessageBody": "{% $states.context.Task.Token %}"},
            "TimeoutSeconds": 30,
            "End": True,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "Wait", "States": {"Wait": task}}
        machine = states.create_state_machine(
            name=f"machine-{uuid4()}", definition=json.dumps(definition), roleArn="arn:aws:iam::000000000000:role/test"
        )
        execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")["executionArn"]
        (message,) = queues.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]

        def end():
            deadline = time.monotonic() + 30
            while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(0.2)  # the interpreter forgets the token after the end
            return found

        return message["Body"], end

    return start


def test_a_task_resumes_once(aws_client, start):
    token, end = start()
    tasks = WaitingTasks(aws_client("stepfunctions"))
    assert tasks.succeed(token, {"location": "s3://bucket/1"})
    assert json.loads(end()["output"]) == {"location": "s3://bucket/1"}
    assert not tasks.succeed(token, {})
    assert not tasks.fail(token, "E", "c")


def test_a_task_fails_by_name(aws_client, start):
    token, end = start()
    assert WaitingTasks(aws_client("stepfunctions")).fail(token, "BronzeLost", "x" * 40_000)
    ended = end()
    assert (ended["status"], ended["error"]) == ("FAILED", "BronzeLost")


def test_nobody_waits_for_a_token_that_is_unknown(aws_client):
    assert not WaitingTasks(aws_client("stepfunctions")).succeed("no-such-token", {})


def test_objects(aws_client):
    bucket = f"bucket-{uuid4()}"
    aws_client("s3").create_bucket(Bucket=bucket)
    objects = S3Objects(aws_client("s3"))
    assert objects.get(f"s3://{bucket}/a/b.json") is None
    objects.put(f"s3://{bucket}/a/b.json", b"{}")
    assert objects.get(f"s3://{bucket}/a/b.json") == b"{}"
    with pytest.raises(ClientError):
        objects.get(f"s3://no-such-{bucket}/a")

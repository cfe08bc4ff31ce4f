"""Tasks that wait for a callback, and topics that invoke functions."""

import json
import queue
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local_cloud.conftest import wait_until
from tests.integration.local_cloud.stand_ins import ROLE, StandIn, stand_in


@pytest.fixture
def function(shared_emulator) -> Iterator[StandIn]:
    with stand_in(shared_emulator) as function:
        yield function


@pytest.fixture
def states(shared_emulator):
    return shared_emulator.client("stepfunctions")


@pytest.fixture
def start(states, function):
    """Starts an execution of one task that waits; gives a function that waits for its end."""

    def start(**changes: Any):
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {
                "FunctionName": function.arn,
                "Payload": {"token": "{% $states.context.Task.Token %}"},
            },
            "TimeoutSeconds": 60,
            "End": True,
            **changes,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "Wait", "States": {"Wait": task}}
        machine = states.create_state_machine(
            name=f"machine-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=ROLE
        )
        execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], input="{}")["executionArn"]

        def ended() -> Any:
            found = states.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        def end() -> Any:
            return wait_until(ended)

        end.execution = execution
        return end

    return start


def test_a_task_is_told_once(states, start, function):
    end = start()
    token = function.next()["token"]
    states.send_task_success(taskToken=token, output='{"told": 1}')
    with pytest.raises(ClientError) as caught:
        states.send_task_success(taskToken=token, output='{"told": 2}')
    assert caught.value.response["Error"]["Code"] in ("TaskTimedOut", "TaskDoesNotExist")
    assert json.loads(end()["output"]) == {"told": 1}


def test_a_task_fails_with_its_function(start, function):
    function.fails("Broken")
    ended = start()()
    assert (ended["status"], ended["error"]) == ("FAILED", "Broken")


def test_every_try_has_a_token_of_its_own(states, start, function):
    function.fails("Broken")
    end = start(Retry=[{"ErrorEquals": ["Broken"], "IntervalSeconds": 1}])
    first, second = function.next()["token"], function.next()["token"]
    assert first != second
    with pytest.raises(ClientError):
        states.send_task_success(taskToken=first, output="{}")
    states.send_task_success(taskToken=second, output="{}")
    assert end()["status"] == "SUCCEEDED"


def test_nobody_waits_after_the_time_is_up(states, start, function):
    ended = start(TimeoutSeconds=1)()
    assert ended["error"] == "States.Timeout"
    with pytest.raises(ClientError):
        states.send_task_success(taskToken=function.next()["token"], output="{}")


def test_nobody_waits_after_the_execution_was_stopped(states, start, function):
    end = start()
    token = function.next()["token"]
    states.stop_execution(executionArn=end.execution)
    with pytest.raises(ClientError) as caught:
        states.send_task_success(taskToken=token, output="{}")
    assert caught.value.response["Error"]["Code"] == "TaskTimedOut"


def test_a_topic_invokes_a_function_again_until_it_succeeds(shared_emulator, function):
    topics = shared_emulator.client("sns")
    topic = topics.create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function.arn)
    function.fails("Broken")
    function.fails("Broken")
    topics.publish(TopicArn=topic, Message="hello")
    for _ in range(3):
        (record,) = function.next()["Records"]
        assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")
    with pytest.raises(queue.Empty):
        function.events.get(timeout=3)

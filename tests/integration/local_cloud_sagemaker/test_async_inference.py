"""Asynchronous inference: S3 in, S3 out, topics told, nothing accepted is lost."""

import json

import pytest
from botocore.exceptions import ClientError

OUTPUT = "s3://artifacts/answers"
FAILURES = "s3://artifacts/failures"


@pytest.fixture
def listen(make_name):
    """A topic and a function that gives the messages that it has been sent."""

    def make(cloud):
        topic = cloud.client("sns").create_topic(Name=make_name("topic"))["TopicArn"]
        queue = cloud.client("sqs").create_queue(QueueName=make_name("queue"))["QueueUrl"]
        arn = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        cloud.client("sns").subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )

        def heard():
            answer = cloud.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1)
            return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

        return topic, heard

    return make


def make_async_endpoint(cloud, **notification):
    output = {"S3OutputPath": OUTPUT, "S3FailurePath": FAILURES, "NotificationConfig": notification}
    config = cloud.make_config(
        cloud.make_model(),
        AsyncInferenceConfig={"OutputConfig": output, "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 2}},
    )
    return cloud.make_endpoint(config)


def test_success_is_stored_and_told(cloud, listen, wait):
    topic, heard = listen(cloud)
    endpoint = make_async_endpoint(cloud, SuccessTopic=topic, IncludeInferenceResponseIn=["SUCCESS_NOTIFICATION_TOPIC"])
    source = cloud.put("questions/1.json", b'{"ask": 1}')
    accepted = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint, InputLocation=source, ContentType="application/json", InferenceId="task-token-7"
    )
    assert accepted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert accepted["InferenceId"] == "task-token-7"
    assert accepted["OutputLocation"].startswith(f"{OUTPUT}/")
    assert accepted["FailureLocation"].startswith(f"{FAILURES}/")
    (message,) = wait(heard)
    assert cloud.get(accepted["OutputLocation"]) == b'{"ask": 1}'
    assert message["invocationStatus"] == "Completed"
    assert message["inferenceId"] == "task-token-7"
    assert message["eventSource"] == "aws:sagemaker"
    assert message["eventName"] == "InferenceResult"
    assert message["requestParameters"] == {
        "contentType": "application/json",
        "endpointName": endpoint,
        "inputLocation": source,
    }
    assert message["responseParameters"] == {
        "contentType": "application/json",
        "outputLocation": accepted["OutputLocation"],
    }
    assert message["responseBody"]["content"] == '{"ask": 1}'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"mode": "fail", "status": 400}', "ClientError: Received client error (400) from model"),
        (b'{"mode": "die"}', "ModelError: the container does not answer"),
        (None, "ClientError: cannot read s3://artifacts/questions/none"),
    ],
)
def test_failure_is_stored_and_told(cloud, listen, wait, content, reason):
    topic, heard = listen(cloud)
    endpoint = make_async_endpoint(cloud, ErrorTopic=topic)
    source = cloud.put("questions/bad", content) if content else "s3://artifacts/questions/none"
    accepted = cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, InputLocation=source)
    (message,) = wait(heard)
    assert message["invocationStatus"] == "Failed"
    assert message["failureReason"].startswith(reason)
    assert cloud.get(accepted["FailureLocation"]).decode() == message["failureReason"]
    with pytest.raises(ClientError):
        cloud.get(accepted["OutputLocation"])


def test_a_request_may_carry_its_input_and_name_its_output(cloud, wait):
    endpoint = make_async_endpoint(cloud)
    accepted = cloud.runtime.invoke_endpoint_async(
        EndpointName=endpoint, Body=b'{"inline": 1}', S3OutputPathExtension="night/1", Filename="answer.json"
    )
    assert accepted["OutputLocation"] == f"{OUTPUT}/night/1/answer.json"

    def stored():
        try:
            return cloud.get(accepted["OutputLocation"])
        except ClientError:
            return None

    assert wait(stored) == b'{"inline": 1}'


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"InputLocation": "https://elsewhere/1"},
        {"InputLocation": "s3://artifacts/1", "Body": b"both"},
    ],
)
def test_bad_requests_are_refused(cloud, arguments):
    endpoint = make_async_endpoint(cloud)
    with pytest.raises(ClientError) as caught:
        cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, **arguments)
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_endpoints_are_asynchronous_or_not(cloud, endpoint):
    asynchronous = make_async_endpoint(cloud)
    for call, arguments in (
        (cloud.runtime.invoke_endpoint, {"EndpointName": asynchronous, "Body": b"{}"}),
        (cloud.runtime.invoke_endpoint_async, {"EndpointName": endpoint, "InputLocation": "s3://artifacts/1"}),
    ):
        with pytest.raises(ClientError) as caught:
            call(**arguments)
        assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_what_was_accepted_survives_a_kill(own_cloud, wait):
    endpoint = make_async_endpoint(own_cloud)
    source = own_cloud.put("questions/slow", b'{"mode": "slow"}')
    for _ in range(2):  # take both slots
        own_cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, InputLocation=source)
    late = own_cloud.put("questions/late", b'{"late": true}')
    accepted = own_cloud.runtime.invoke_endpoint_async(EndpointName=endpoint, InputLocation=late)
    own_cloud.kill()
    own_cloud.start()
    own_cloud.put("questions/slow", b'{"mode": "echo"}')

    def stored():
        try:
            return own_cloud.get(accepted["OutputLocation"])
        except ClientError:
            return None

    assert wait(stored, 60) == b'{"late": true}'

"""What describes resources answers the same after a kill: nothing is half restored."""

import json
from collections.abc import Callable
from typing import Any

Emulator = Any

ROLE = "arn:aws:iam::000000000000:role/role"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
MACHINE = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


def _create(emulator: Emulator, archive: bytes, wait: Callable[..., Any]) -> None:
    client = emulator.client
    client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=TRUST)
    s3 = client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"first", b"second" * 20_000):
        s3.put_object(Bucket="versioned", Key="a/b", Body=body, Tagging="mood=grim")
    s3.put_object(Bucket="versioned", Key="gone", Body=b"x")
    s3.delete_object(Bucket="versioned", Key="gone")
    upload = s3.create_multipart_upload(Bucket="versioned", Key="parts")["UploadId"]
    s3.upload_part(Bucket="versioned", Key="parts", UploadId=upload, PartNumber=1, Body=b"p" * 100_000)
    queue = client("sqs").create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for number in range(3):
        client("sqs").send_message(
            QueueUrl=queue, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number)
        )
    topic = client("sns").create_topic(Name="topic")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:000000000000:plain")
    client("ssm").put_parameter(Name="/a", Value="v", Type="String")
    client("events").put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED")
    client("logs").create_log_group(logGroupName="group")
    client("logs").put_retention_policy(logGroupName="group", retentionInDays=7)
    client("cloudwatch").put_metric_alarm(
        AlarmName="alarm", MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
    )  # fmt: skip
    _create_table(client("dynamodb"))
    functions = client("lambda")
    layer = functions.publish_layer_version(LayerName="layer", Content={"ZipFile": archive})["LayerVersionArn"]
    functions.create_function(
        FunctionName="f", Runtime="python3.13", Role=ROLE, Handler="app.handler", Code={"ZipFile": archive},
        Layers=[layer],
    )  # fmt: skip
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})
    functions.publish_version(FunctionName="f")
    machines = client("stepfunctions")
    machine = machines.create_state_machine(name="machine", definition=MACHINE, roleArn=ROLE)["stateMachineArn"]
    run = machines.start_execution(stateMachineArn=machine, name="run")["executionArn"]
    wait(lambda: machines.describe_execution(executionArn=run)["status"] == "SUCCEEDED")
    # The end of an execution is nobody's request: any later change of the same service carries it to disk.
    machines.tag_resource(resourceArn=machine, tags=[{"key": "k", "value": "v"}])


def _create_table(dynamodb: Any) -> None:
    attributes = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "owner_id")]
    index = {
        "IndexName": "by-other",
        "KeySchema": [{"AttributeName": "owner_id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    dynamodb.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=attributes,
        GlobalSecondaryIndexes=[index],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.update_time_to_live(
        TableName="table", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    dynamodb.put_item(
        TableName="table",
        Item={
            "pk": {"S": "a"},
            "owner_id": {"S": "o"},
            "deep": {"M": {"l": {"L": [{"N": "1.50"}, {"BOOL": True}, {"NULL": True}]}}},
            "binary": {"B": b"\x00\xff"},
            "set": {"NS": ["1", "2"]},
        },
    )


def _described(emulator: Emulator) -> dict[str, Any]:
    client = emulator.client
    account = "000000000000"
    machine = f"arn:aws:states:us-east-1:{account}:stateMachine:machine"
    run = f"arn:aws:states:us-east-1:{account}:execution:machine:run"
    by_other = {
        "IndexName": "by-other",
        "KeyConditionExpression": "owner_id = :o",
        "ExpressionAttributeValues": {":o": {"S": "o"}},
    }
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("iam", "get_role", {"RoleName": "role"}),
        ("s3", "list_object_versions", {"Bucket": "versioned"}),
        ("s3", "get_object_tagging", {"Bucket": "versioned", "Key": "a/b"}),
        ("s3", "list_multipart_uploads", {"Bucket": "versioned"}),
        ("sns", "list_subscriptions", {}),
        ("ssm", "get_parameter", {"Name": "/a"}),
        ("events", "describe_rule", {"Name": "nightly"}),
        ("logs", "describe_log_groups", {"logGroupNamePrefix": "group"}),
        ("cloudwatch", "describe_alarms", {"AlarmNames": ["alarm"]}),
        ("dynamodb", "describe_table", {"TableName": "table"}),
        ("dynamodb", "describe_time_to_live", {"TableName": "table"}),
        ("dynamodb", "query", {"TableName": "table", **by_other}),
        ("lambda", "list_versions_by_function", {"FunctionName": "f"}),
        ("lambda", "list_layers", {}),
        ("stepfunctions", "describe_state_machine", {"stateMachineArn": machine}),
        ("stepfunctions", "get_execution_history", {"executionArn": run}),
    ]
    answers = {f"{service} {call}": getattr(client(service), call)(**arguments) for service, call, arguments in calls}
    for answer in answers.values():
        del answer["ResponseMetadata"]
    return answers


def test_descriptions_are_the_same_after_a_kill(
    emulator: Emulator, archive: Callable[..., bytes], wait: Callable[..., Any]
) -> None:
    _create(emulator, archive(app="def handler(event, context): return event"), wait)
    before = _described(emulator)
    assert all(before.values()), "every description says something"
    emulator.kill()
    emulator.start()
    assert _described(emulator) == before


def test_contents_are_the_same_after_a_kill(
    emulator: Emulator, archive: Callable[..., bytes], wait: Callable[..., Any]
) -> None:
    _create(emulator, archive(app="def handler(event, context): return event"), wait)
    emulator.kill()
    emulator.start()
    s3 = emulator.client("s3")
    versions = s3.list_object_versions(Bucket="versioned", Prefix="a/b")["Versions"]
    bodies = [
        s3.get_object(Bucket="versioned", Key="a/b", VersionId=version["VersionId"])["Body"].read()
        for version in versions
    ]
    assert bodies == [b"second" * 20_000, b"first"]
    upload = s3.list_multipart_uploads(Bucket="versioned")["Uploads"][0]["UploadId"]
    part = s3.list_parts(Bucket="versioned", Key="parts", UploadId=upload)["Parts"][0]
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket="versioned", Key="parts", UploadId=upload, MultipartUpload=parts)
    assert s3.get_object(Bucket="versioned", Key="parts")["Body"].read() == b"p" * 100_000
    sqs = emulator.client("sqs")
    queue = sqs.get_queue_url(QueueName="ordered.fifo")["QueueUrl"]
    for number in range(3):
        message = sqs.receive_message(QueueUrl=queue)["Messages"][0]
        assert message["Body"] == str(number)
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

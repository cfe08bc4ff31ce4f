"""No acknowledged write is lost when the emulator is killed, whatever the service and the moment."""

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

ROLE = "arn:aws:iam::000000000000:role/any"
TEMPLATE = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic"}}}

Emulator = Any


PERHAPS_DELETED = object()


@dataclass
class Written:
    """What the emulator acknowledged, by kind of write."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    by_kind: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)

    def acknowledge(self, kind: str, key: str, value: Any = True) -> None:
        with self.lock:
            self.by_kind.setdefault(kind, {})[key] = value

    def attempt(self, kind: str) -> None:
        with self.lock:
            self.attempts[kind] = self.attempts.get(kind, 0) + 1

    def of(self, kind: str) -> dict[str, Any]:
        return self.by_kind.get(kind, {})


class Writers:
    """One writer per service, each in a thread, until the emulator is gone."""

    def __init__(self, emulator: Emulator, archive: bytes, seed: int) -> None:
        self.emulator = emulator
        self.archive = archive
        self.entropy = random.Random(seed)
        self.written = Written()

    def prepare(self) -> None:
        dynamodb, s3, sqs = (self.emulator.client(name) for name in ("dynamodb", "s3", "sqs"))
        keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
        attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
        dynamodb.create_table(
            TableName="items", KeySchema=keys, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
        )
        s3.create_bucket(Bucket="objects")
        self.queue = sqs.create_queue(QueueName="messages")["QueueUrl"]

    def run_until_killed(self, after_s: float) -> None:
        jobs = [self.items, self.items, self.pairs, self.counter, self.objects, self.messages, self.resources]
        threads = [threading.Thread(target=self._repeat, args=(job, index)) for index, job in enumerate(jobs)]
        for thread in threads:
            thread.start()
        time.sleep(after_s)
        self.emulator.kill()
        for thread in threads:
            thread.join()

    def _repeat(self, job: Callable[[str], None], index: int) -> None:
        number = 0
        try:
            while True:
                number += 1
                job(f"{index}-{number:05d}")
        except (BotoCoreError, ClientError, OSError) as error:
            # Only the end of the emulator may end a writer.
            assert not isinstance(error, ClientError), error

    def items(self, name: str) -> None:
        self.emulator_client("dynamodb").put_item(TableName="items", Item={"pk": {"S": name}, "v": {"N": "1"}})
        self.written.acknowledge("item", name)

    def pairs(self, name: str) -> None:
        puts = [{"Put": {"TableName": "items", "Item": {"pk": {"S": f"{name}-{side}"}}}} for side in ("l", "r")]
        self.written.attempt("pair")
        self.emulator_client("dynamodb").transact_write_items(TransactItems=puts)
        self.written.acknowledge("pair", name)

    def counter(self, name: str) -> None:
        self.written.attempt("count")
        self.emulator_client("dynamodb").update_item(
            TableName="items",
            Key={"pk": {"S": "counter"}},
            UpdateExpression="ADD #n :one",
            ExpressionAttributeNames={"#n": "n"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        self.written.acknowledge("count", name)

    def objects(self, name: str) -> None:
        body = self.entropy.randbytes(self.entropy.choice([10, 5_000, 200_000]))
        s3 = self.emulator_client("s3")
        s3.put_object(Bucket="objects", Key=name, Body=body, Metadata={"name": name})
        self.written.acknowledge("object", name, body)
        if self.entropy.random() < 0.2:
            self.written.acknowledge("object", name, PERHAPS_DELETED)
            s3.delete_object(Bucket="objects", Key=name)
            self.written.acknowledge("object", name, None)

    def messages(self, name: str) -> None:
        sqs = self.emulator_client("sqs")
        sqs.send_message(QueueUrl=self.queue, MessageBody=name)
        self.written.acknowledge("message", name, "sent")
        if self.entropy.random() < 0.3:
            for message in sqs.receive_message(QueueUrl=self.queue, VisibilityTimeout=1).get("Messages", []):
                self.written.acknowledge("message", message["Body"], PERHAPS_DELETED)
                sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                self.written.acknowledge("message", message["Body"], "deleted")

    def resources(self, name: str) -> None:
        secret = self.emulator_client("secretsmanager").create_secret(Name=name, SecretString=f"secret {name}")
        self.written.acknowledge("secret", secret["ARN"], f"secret {name}")
        key = self.emulator_client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
        key_id = key["KeyMetadata"]["KeyId"]
        self.written.acknowledge("key", key_id, self.emulator_client("kms").get_public_key(KeyId=key_id)["PublicKey"])
        wrapping = self.emulator_client("kms").create_key()["KeyMetadata"]["KeyId"]
        made = self.emulator_client("kms").generate_data_key(
            KeyId=wrapping, KeySpec="AES_256", EncryptionContext={"player": name}
        )
        self.written.acknowledge("data key", name, (wrapping, made["CiphertextBlob"], made["Plaintext"]))
        code = {"ZipFile": self.archive}
        self.emulator_client("lambda").create_function(
            FunctionName=name, Runtime="python3.13", Role=ROLE, Handler="app.handler", Code=code
        )
        self.written.acknowledge("function", name)
        api = self.emulator_client("apigateway").create_rest_api(name=name)
        self.written.acknowledge("api", api["id"], name)
        stacks = self.emulator_client("cloudformation")
        stacks.create_stack(StackName=f"stack-{name}", TemplateBody=json.dumps(TEMPLATE))
        while (stack := stacks.describe_stacks(StackName=f"stack-{name}")["Stacks"][0])["StackStatus"].endswith("ING"):
            time.sleep(0.01)
        while stack["StackStatus"] != "CREATE_COMPLETE":
            stack = stacks.describe_stacks(StackName=f"stack-{name}")["Stacks"][0]
        self.written.acknowledge("stack", f"stack-{name}")

    def emulator_client(self, service: str) -> Any:
        clients = self.__dict__.setdefault(f"clients-{threading.get_ident()}", {})
        if service not in clients:
            clients[service] = self.emulator.client(service)
        return clients[service]

    def verify(self) -> None:
        self._verify_items()
        s3 = self.emulator.client("s3")
        names = {entry["Key"] for page in _pages(s3, "list_objects_v2", Bucket="objects") for entry in page["Contents"]}
        for name, body in self.written.of("object").items():
            if body is PERHAPS_DELETED:
                continue
            assert (name in names) == (body is not None)
            if body is not None:
                found = s3.get_object(Bucket="objects", Key=name)
                assert (found["Body"].read(), found["Metadata"]) == (body, {"name": name})
        self._verify_messages()
        self._verify_resources()

    def _verify_items(self) -> None:
        dynamodb = self.emulator.client("dynamodb")
        items = {
            item["pk"]["S"]: item for page in _pages(dynamodb, "scan", TableName="items") for item in page["Items"]
        }
        assert self.written.of("item").keys() <= items.keys()
        lefts = {name.removesuffix("-l") for name in items if name.endswith("-l")}
        rights = {name.removesuffix("-r") for name in items if name.endswith("-r")}
        assert lefts == rights >= self.written.of("pair").keys()
        count = int(items["counter"]["n"]["N"])
        assert len(self.written.of("count")) <= count <= self.written.attempts["count"]
        assert dynamodb.describe_table(TableName="items")["Table"]["ItemCount"] == len(items)

    def _verify_messages(self) -> None:
        sqs = self.emulator.client("sqs")
        found: set[str] = set()
        expected = {body for body, fate in self.written.of("message").items() if fate == "sent"}
        deadline = time.monotonic() + 30
        while not expected <= found and time.monotonic() < deadline:
            batch = sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=2)
            found |= {message["Body"] for message in batch.get("Messages", [])}
        assert expected <= found
        assert not found & {body for body, fate in self.written.of("message").items() if fate == "deleted"}

    def _verify_resources(self) -> None:
        client = self.emulator.client
        for arn, value in self.written.of("secret").items():
            assert client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == value
        for key_id, public_key in self.written.of("key").items():
            assert client("kms").get_public_key(KeyId=key_id)["PublicKey"] == public_key
        for name, (wrapping, wrapped, plain) in self.written.of("data key").items():
            opened = client("kms").decrypt(KeyId=wrapping, CiphertextBlob=wrapped, EncryptionContext={"player": name})
            assert opened["Plaintext"] == plain
        for name in self.written.of("function"):
            answer = client("lambda").invoke(FunctionName=name, Payload=b'"x"')
            assert json.load(answer["Payload"]) == "x"
        for api_id, name in self.written.of("api").items():
            assert client("apigateway").get_rest_api(restApiId=api_id)["name"] == name
        for name in self.written.of("stack"):
            stacks = client("cloudformation")
            assert stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
            resources = stacks.describe_stack_resources(StackName=name)["StackResources"]
            queue = next(r["PhysicalResourceId"] for r in resources if r["ResourceType"] == "AWS::SQS::Queue")
            client("sqs").get_queue_attributes(QueueUrl=queue)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_acknowledged_write_survives_sigkill(
    make_emulator: Callable[..., Emulator], archive: Callable[..., bytes], seed: int
) -> None:
    """Two kills at seeded moments, the second while recovering from the first."""
    entropy = random.Random(seed)
    emulator = make_emulator()
    writers = Writers(emulator, archive(app="def handler(event, context): return event"), seed)
    writers.prepare()
    writers.run_until_killed(after_s=entropy.uniform(0.5, 2.5))
    emulator.start()
    writers.verify()
    emulator.kill()
    emulator.start()
    writers.verify()


def test_a_clean_restart_keeps_everything(
    make_emulator: Callable[..., Emulator], archive: Callable[..., bytes]
) -> None:
    emulator = make_emulator()
    writers = Writers(emulator, archive(app="def handler(event, context): return event"), 7)
    writers.prepare()
    for number in range(3):
        for job in (writers.items, writers.pairs, writers.counter, writers.objects, writers.resources):
            job(f"{job.__name__}-{number}")
    emulator.stop()
    emulator.start()
    writers.verify()


def test_a_transaction_token_is_remembered_across_a_kill(emulator: Emulator) -> None:
    """A client whose answer was lost repeats its request with the same token: the write happens once."""
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
    dynamodb = emulator.client("dynamodb")
    dynamodb.create_table(
        TableName="items", KeySchema=keys, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST"
    )
    put = {"TableName": "items", "Item": {"pk": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    request = {"TransactItems": [{"Put": put}], "ClientRequestToken": "token-1"}
    dynamodb.transact_write_items(**request)
    emulator.kill()
    emulator.start()
    emulator.client("dynamodb").transact_write_items(**request)


def test_a_stream_consumer_misses_nothing_across_kills(
    emulator: Emulator, make_function: Callable[..., str], wait: Callable[..., Any]
) -> None:
    """Every item reaches the consumer at least once, though the emulator is killed while it consumes."""
    dynamodb = emulator.client("dynamodb")
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    source = dynamodb.create_table(
        TableName="source",
        KeySchema=keys,
        AttributeDefinitions=attributes,
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification=stream,
    )["TableDescription"]
    seen = emulator.state_dir / "seen"
    code = f"""
def handler(event, context):
    with open({str(seen)!r}, "a") as file:
        for record in event["Records"]:
            print(record["dynamodb"]["Keys"]["pk"]["S"], file=file)
"""
    make_function(emulator, "consumer", code)
    emulator.client("lambda").create_event_source_mapping(
        EventSourceArn=source["LatestStreamArn"], FunctionName="consumer", StartingPosition="TRIM_HORIZON", BatchSize=5
    )
    expected = set()
    for generation in range(3):
        dynamodb = emulator.client("dynamodb")
        for number in range(40):
            dynamodb.put_item(TableName="source", Item={"pk": {"S": f"{generation}-{number}"}})
            expected.add(f"{generation}-{number}")
        emulator.kill()
        emulator.start()
    wait(lambda: seen.exists() and expected <= set(seen.read_text().split()))


def _pages(client: Any, operation: str, **arguments: Any) -> Any:
    return client.get_paginator(operation).paginate(**arguments)

"""A command round trip at one client, beside the two database calls that it cannot do without.

Both run in turns, so that a noisy neighbour meets both. The peer is what any event store on DynamoDB pays: one
consistent query and one transaction of the same three items, sent by botocore straight to the same database.
"""

import statistics
import time
import uuid
from typing import Any

import botocore.session
from botocore.config import Config

from play.client import Client
from play.game import Game

ROUNDS = 200
TABLE = "benchmark-floor"


def measure(api: str, aws: str) -> str:
    """The table of both, in milliseconds."""
    with Client(api) as client:
        client.sign_in()
        game = Game(client, client.create_world(4))
        floor = Floor(aws)
        ours, peer = list[float](), list[float]()
        for _ in range(ROUNDS):
            ours.append(timed(lambda: game.command({"type": "wait", "minutes": 1})))
            peer.append(timed(floor.append))
    lines = [f"{'command, one client':<44}{'p50 ms':>9}{'p99 ms':>9}"]
    lines += [row("command over HTTP (this project)", ours), row("its two database calls alone (botocore)", peer)]
    lines.append(f"{'ratio':<44}{statistics.median(ours) / statistics.median(peer):>9.2f}")
    return "\n".join(lines)


def timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def row(name: str, values: list[float]) -> str:
    ordered = sorted(values)
    return f"{name:<44}{statistics.median(ordered):>9.1f}{ordered[int(0.99 * (len(ordered) - 1))]:>9.1f}"


class Floor:
    """The least that an append costs: a consistent query for the tail, a transaction of event, head and receipt."""

    def __init__(self, aws: str) -> None:
        self._client = botocore.session.get_session().create_client(
            "dynamodb",
            region_name="us-east-1",
            endpoint_url=aws,
            aws_access_key_id="bodybroker-local",
            aws_secret_access_key="local",
            config=Config(retries={"mode": "standard"}),
        )
        keys = [("pk", "HASH"), ("sk", "RANGE")]
        self._client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        )
        self._version = 0
        self._put([{"Put": self._item("H", {"version": {"N": "0"}})}])

    def append(self) -> None:
        self._client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk AND sk >= :sk",
            ExpressionAttributeValues={":pk": {"S": "w"}, ":sk": {"S": "E#"}},
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=52,
        )
        self._version += 1
        body = {"body": {"S": "x" * 200}}
        update = {
            "TableName": TABLE,
            "Key": {"pk": {"S": "w"}, "sk": {"S": "H"}},
            "UpdateExpression": "SET version = :new",
            "ConditionExpression": "version = :old",
            "ExpressionAttributeValues": {
                ":new": {"N": str(self._version)},
                ":old": {"N": str(self._version - 1)},
            },
        }
        event, receipt = self._item(f"E#{self._version:012d}", body), self._item(f"C#{uuid.uuid4()}", body)
        self._put([{"Put": event}, {"Update": update}, {"Put": receipt}])

    def _item(self, sort_key: str, attributes: dict[str, Any]) -> dict[str, Any]:
        return {"TableName": TABLE, "Item": {"pk": {"S": "w"}, "sk": {"S": sort_key}, **attributes}}

    def _put(self, items: list[dict[str, Any]]) -> None:
        self._client.transact_write_items(TransactItems=items)

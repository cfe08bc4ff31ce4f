"""The queue of notices for the studio's game server, which the function `webhooks` works off."""

from typing import Any

import msgspec

from bodybroker.adapters.aws import outages
from bodybroker.ports import webhooks
from bodybroker.ports.locations import Notice

SYSTEM = "The queue of notices"
ENVELOPE = ("event_id", "type", "at")


class SqsOutbox:
    """`ports.Outbox` on an SQS queue."""

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, notice: Notice) -> None:
        data = {name: value for name, value in msgspec.to_builtins(notice).items() if name not in ENVELOPE}
        told = webhooks.Notice(notice.event_id, notice.type, notice.at, data)
        with outages(SYSTEM):
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=msgspec.json.encode(told).decode())

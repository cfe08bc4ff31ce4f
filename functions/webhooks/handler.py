"""Tells the studio's game server what waits in the queue of notices."""

import os
from functools import cache
from typing import Any

import msgspec
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.adapters import aws
from bodybroker.adapters.secrets import JsonSecret
from bodybroker.adapters.webhook_deliveries import DynamoDeliveries
from bodybroker.adapters.webhooks import HttpReceiver
from bodybroker.doors.log import LOG
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.errors import BrokerError
from bodybroker.ports.webhooks import Notice
from bodybroker.services import send_webhook
from bodybroker.services.send_webhook import WebhookDesk

CLOCK = SystemClock()
BATCH = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
"""A receiver that is down is no error of ours: the alarm is on the dead letters."""


@cache
def desk() -> WebhookDesk:
    settings = send_webhook.load()
    secret = JsonSecret(aws.client("secretsmanager"), os.environ["WEBHOOK_SECRET"])
    deliveries = DynamoDeliveries(aws.client("dynamodb"), os.environ["DELIVERIES_TABLE"])
    return WebhookDesk(HttpReceiver(secret, CLOCK, settings.timeout_s), deliveries, CLOCK, settings)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Messages of the queue; those that fail are handed over again, and at last become dead letters."""
    return process_partial_response(event, _send, BATCH, context)


def _send(record: SQSRecord) -> None:
    try:
        notice = msgspec.json.decode(record.body, type=Notice)
        LOG.bind(notice.id)
        LOG.info("webhook", type=notice.type, fate=desk().send(notice))
    except BrokerError as error:
        LOG.warning("webhook_failed", code=error.code, detail=error.detail)
        raise
    except Exception as error:
        LOG.failure("webhook_failed", error)
        raise

"""What makes places: the state machine of layer 2 and its functions, and the webhooks that tell of what it made."""

from typing import Any

import aws_cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.acknowledge import acknowledge
from cdk.constructs.artifacts import Layers
from cdk.constructs.function import Function, Size
from cdk.constructs.queue import WorkQueue
from cdk.constructs.table import Table
from cdk.settings import Settings

WEBHOOK_SECRET_NAME = "bodybroker/webhooks"  # noqa: S105
WEBHOOK_TIMEOUT_S = 60
"""Of a batch: a receiver that does not answer costs each notice what configs/webhooks.yaml allows."""
NOTICES_AT_ONCE = 5
WEBHOOK_TRIES = 8
"""About three quarters of an hour, since a failed notice stays out of sight for the queue's visibility timeout."""


class GenerationStack(aws_cdk.Stack):
    """A job leaves its place in the table of locations; all that lies here outlives no job."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, id, **options)
        self._layers = Layers(self)
        self.deliveries = Table(self, "Deliveries", retain=False)
        self.notices = WorkQueue(self, "Notices", worker_timeout_s=WEBHOOK_TIMEOUT_S, tries=WEBHOOK_TRIES)
        webhooks = self._make_webhooks(self._make_secret(settings))
        self.functions = {function.name: function for function in (webhooks,)}

    def _make_secret(self, settings: Settings) -> secretsmanager.CfnSecret:
        """Without a value: an operator stores one (docs/operating.md); until then nobody is told."""
        secret = secretsmanager.CfnSecret(
            self,
            "WebhookSecret",
            name=WEBHOOK_SECRET_NAME,
            description="Where the studio's game server hears of things: url, signing_key, previous_signing_key",
        )
        keep = aws_cdk.RemovalPolicy.RETAIN if settings.retain_data else aws_cdk.RemovalPolicy.DESTROY
        secret.apply_removal_policy(keep)
        acknowledge(secret, {"SMG4": "the studio's server must know a new key before we sign with it"})
        return secret

    def _make_webhooks(self, secret: secretsmanager.CfnSecret) -> Function:
        function = Function(
            self,
            "webhooks",
            layers=self._layers,
            uses=("aws",),
            size=Size(memory_mb=512, timeout_s=WEBHOOK_TIMEOUT_S),
            environment={"DELIVERIES_TABLE": self.deliveries.name, "WEBHOOK_SECRET": WEBHOOK_SECRET_NAME},
            no_dead_letters="its queue has one for what fails too often",
        )
        function.may(["secretsmanager:GetSecretValue"], secret.ref)
        self.deliveries.allow(function, "PutItem", "DeleteItem")
        function.may(
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            self.notices.queue.queue_arn,
        )
        lambda_.EventSourceMapping(
            self,
            "NoticesQueue",
            target=function.function,
            event_source_arn=self.notices.queue.queue_arn,
            batch_size=NOTICES_AT_ONCE,
            report_batch_item_failures=True,
        )
        return function

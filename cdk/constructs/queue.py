"""Queues for what could not be done."""

import aws_cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.acknowledge import acknowledge


class DeadLetters(Construct):
    """A queue that keeps failed events for two weeks: encrypted, TLS only. An alarm watches it; nothing consumes it."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=aws_cdk.Duration.days(14),
            redrive_allow_policy=sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.DENY_ALL),
        )
        acknowledge(self.queue, {"SQS3": "this is a dead-letter queue itself"})

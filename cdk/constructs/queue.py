"""Queues of work, and for what could not be done."""

import aws_cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.acknowledge import acknowledge


class DeadLetters(Construct):
    """A queue that keeps failed events for two weeks: encrypted, TLS only. An alarm watches it; nothing consumes it."""

    def __init__(self, scope: Construct, id: str, *, of_queue: bool = False) -> None:
        """``of_queue``: SQS itself moves messages here, from a queue that says so."""
        super().__init__(scope, id)
        may_be_moved_here = sqs.RedrivePermission.ALLOW_ALL if of_queue else sqs.RedrivePermission.DENY_ALL
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=aws_cdk.Duration.days(14),
            redrive_allow_policy=sqs.RedriveAllowPolicy(redrive_permission=may_be_moved_here),
        )
        acknowledge(self.queue, {"SQS3": "this is a dead-letter queue itself"})


class WorkQueue(Construct):
    """A queue whose messages a function works off: encrypted, TLS only. What fails ``tries`` times is a dead letter."""

    def __init__(self, scope: Construct, id: str, *, worker_timeout_s: int, tries: int) -> None:
        super().__init__(scope, id)
        self.dead_letters = DeadLetters(self, "Dead", of_queue=True)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=aws_cdk.Duration.days(4),
            # As AWS advises: Lambda may have to try a batch several times before it is throttled no more.
            visibility_timeout=aws_cdk.Duration.seconds(6 * worker_timeout_s),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters.queue, max_receive_count=tries),
        )

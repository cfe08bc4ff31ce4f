"""What the functions that make places share: who carries jobs out, and who is told. Built once per process."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.location_pipeline import ExpressPipeline
from bodybroker.adapters.notices_queue import SqsOutbox
from bodybroker.generation import pipeline as rules


@cache
def pipeline() -> ExpressPipeline:
    """The state machine `PIPELINE_ARN`."""
    return ExpressPipeline(aws.client("stepfunctions"), os.environ["PIPELINE_ARN"], rules.load().concurrency)


@cache
def outbox() -> SqsOutbox:
    """The queue `NOTICES_QUEUE`."""
    return SqsOutbox(aws.client("sqs"), os.environ["NOTICES_QUEUE"])

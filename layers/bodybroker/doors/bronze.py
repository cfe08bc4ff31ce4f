"""What the functions of the bronze tier share: the adapters on what the environment names, built once per process."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.bronze_table import DynamoInferences
from bodybroker.adapters.bronze_tasks import WaitingTasks
from bodybroker.adapters.objects import S3Objects

READ_TIMEOUT_S = 10
"""Of an object in S3, which may be a few megabytes."""


@cache
def inferences() -> DynamoInferences:
    """Inferences, in the table `INFERENCES_TABLE`."""
    return DynamoInferences(aws.client("dynamodb"), os.environ["INFERENCES_TABLE"])


@cache
def objects() -> S3Objects:
    """What callers ask and the endpoint writes."""
    return S3Objects(aws.client("s3", READ_TIMEOUT_S))


@cache
def tasks() -> WaitingTasks:
    """Tasks of the state machine."""
    return WaitingTasks(aws.client("stepfunctions"))

"""What the doors of worlds share: the adapters on the tables that the environment names, built once per process."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.projections import DynamoProjections
from bodybroker.doors.log import LOG
from bodybroker.kernel.clock import SystemClock
from bodybroker.world import rules
from bodybroker.world.rules import Rules

CLOCK = SystemClock()


@cache
def event_store() -> DynamoEventStore:
    """The log of worlds, in the table `WORLDS_TABLE`."""
    return DynamoEventStore(aws.client("dynamodb"), os.environ["WORLDS_TABLE"], CLOCK, LOG)


@cache
def projections() -> DynamoProjections:
    """The read models, in the table `PROJECTIONS_TABLE`."""
    return DynamoProjections(aws.client("dynamodb"), os.environ["PROJECTIONS_TABLE"])


@cache
def world_rules() -> Rules:
    """The rules of this build."""
    return rules.load()

"""What the doors of worlds share: the adapters on the tables that the environment names, built once per process."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.player_keys import KmsPlayerKeys
from bodybroker.adapters.projections import DynamoProjections
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.doors.log import LOG
from bodybroker.kernel.clock import SystemClock
from bodybroker.world import rules
from bodybroker.world.rules import Rules

CLOCK = SystemClock()


@cache
def vault() -> EnvelopeVault:
    """Opens what players own, with their keys in the table `KEYS_TABLE`, which `WRAPPING_KEY_ID` in KMS unwraps."""
    keys = KmsPlayerKeys(
        aws.client("dynamodb"), os.environ["KEYS_TABLE"], aws.client("kms"), os.environ["WRAPPING_KEY_ID"], CLOCK
    )
    return EnvelopeVault(keys)


@cache
def event_store() -> DynamoEventStore:
    """The log of worlds, in the table `WORLDS_TABLE`."""
    return DynamoEventStore(aws.client("dynamodb"), os.environ["WORLDS_TABLE"], CLOCK, LOG, vault())


@cache
def projections() -> DynamoProjections:
    """The read models, in the table `PROJECTIONS_TABLE`."""
    return DynamoProjections(aws.client("dynamodb"), os.environ["PROJECTIONS_TABLE"], vault())


@cache
def world_rules() -> Rules:
    """The rules of this build."""
    return rules.load()

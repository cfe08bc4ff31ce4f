"""The store of locations for doors that need it: the others shall not load it."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.locations_table import DynamoLocations
from bodybroker.doors.wiring import CLOCK, vault


@cache
def locations() -> DynamoLocations:
    """Places that are being made or were made, in the table `LOCATIONS_TABLE`."""
    return DynamoLocations(aws.client("dynamodb"), os.environ["LOCATIONS_TABLE"], vault(), CLOCK)

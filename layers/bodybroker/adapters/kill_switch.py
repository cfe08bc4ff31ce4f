"""The kill switch on DynamoDB: one row of the table of budgets, which every process looks at now and then."""

import time
from collections.abc import Callable
from typing import Any, cast, get_args

from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import from_item, outages, to_item
from bodybroker.models.budget import Level

SYSTEM = "The table of budgets"


class KillSwitch:
    """Says how far models may answer. What was read is believed for `believed_s` seconds."""

    def __init__(self, client: Any, table: str, believed_s: float, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds."""
        self._client = client
        self._table = table
        self._believed_s = believed_s
        self._now = now
        self._until = float("-inf")
        self._level: Level = "on"

    def level(self) -> Level:
        """How far models may answer; `on` where nobody has ever said. Raises Unavailable."""
        now = self._now()
        if now >= self._until:
            with outages(SYSTEM):
                found = self._client.get_item(TableName=self._table, Key=to_item(rows.SWITCH), ConsistentRead=True)
            level = from_item(found["Item"])["level"] if "Item" in found else "on"
            # A level that this version does not know was meant to stop something.
            self._level = cast(Level, level) if level in get_args(Level) else "off"
            self._until = now + self._believed_s
        return self._level

    def set(self, level: Level) -> None:
        """From now on; every process has seen it once what it believes is stale. Raises Unavailable."""
        with outages(SYSTEM):
            self._client.put_item(TableName=self._table, Item=to_item({**rows.SWITCH, "level": level}))
        self._until = float("-inf")

"""Conditional writes to the table of budgets: they come to pass, are refused, or wait for who is in the way."""

import random
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.adapters.budget_updates import Update
from bodybroker.kernel.errors import Unavailable

SYSTEM = "The table of budgets"
CONDITION_FAILED = "ConditionalCheckFailedException"
CONFLICTS = frozenset({"TransactionConflictException", "TransactionInProgressException"})
CONFLICT_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Others have the row in hand: soon they have not."""
ATTEMPTS = 12
FIRST_PAUSE_S = 0.005
LONGEST_PAUSE_S = 0.32


class Refused(Exception):
    """Conditions did not hold; `found` has, for each action of the request, None where its own held, else the row that
    it met, empty where there was none."""

    def __init__(self, found: list[Row | None]) -> None:
        super().__init__()
        self.found = found


class BudgetWrites:
    """Writes of one table. Each raises Refused, or Unavailable where the table does not answer or stays busy."""

    def __init__(self, client: Any, table: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self.table = table
        self._pause = pause

    def find(self, key: Row) -> Row:
        """A row as it was a moment ago; empty where there is none."""
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self.table, Key=to_item(key))
        return from_item(found.get("Item") or {})

    def update(self, update: Update) -> None:
        """One update."""
        self._write(self._client.update_item, update.request(self.table))

    def updating(self, update: Update) -> dict[str, Any]:
        """An update as an action of a transaction."""
        return {"Update": update.request(self.table)}

    def put(self, row: Row) -> None:
        """Put a row that is not there yet."""
        self._write(self._client.put_item, self.putting(row)["Put"])

    def putting(self, row: Row) -> dict[str, Any]:
        """The same as an action of a transaction."""
        return {
            "Put": {
                "TableName": self.table,
                "Item": to_item(row),
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def delete(self, key: Row, condition: str, names: dict[str, str], values: Row) -> None:
        """Remove a row on a condition."""
        self._write(
            self._client.delete_item,
            {
                "TableName": self.table,
                "Key": to_item(key),
                "ConditionExpression": condition,
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": to_item(values),
            },
        )

    def together(self, *actions: dict[str, Any]) -> None:
        """A transaction. The SDK's repetitions of it carry one token, so they count once."""
        self._write(self._client.transact_write_items, {"TransactItems": list(actions)})

    def _write(self, call: Callable[..., Any], request: dict[str, Any]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                with outages(SYSTEM):
                    call(**request)
                return
            except ClientError as error:
                if (refused := _refusal(error)) is not None:
                    raise refused from error
                if not _is_conflict(error):
                    raise
            self._pause(random.uniform(0, min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)))  # noqa: S311 - only to spread tries
        raise Unavailable(f"{SYSTEM} is busy; try again.")


def _refusal(error: ClientError) -> Refused | None:
    if error_code(error) == CONDITION_FAILED:
        return Refused([from_item(error.response.get("Item") or {})])
    reasons = error.response.get("CancellationReasons", [])
    if not any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
        return None
    failed = "ConditionalCheckFailed"
    return Refused([from_item(one.get("Item") or {}) if one.get("Code") == failed else None for one in reasons])


def _is_conflict(error: ClientError) -> bool:
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return error_code(error) in CONFLICTS or bool(reasons & CONFLICT_REASONS)

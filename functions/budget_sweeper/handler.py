"""The sweeper of budgets: runs every few minutes."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from bodybroker.doors.log import LOG
from bodybroker.doors.spending import budget_keeper


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Settle reservations that nobody came back for, give back what players have drawn from pools and left."""
    swept = asdict(budget_keeper().sweep())
    LOG.info("swept", **swept)
    return swept

"""Looks after inferences of the bronze tier whose notification or settlement did not happen. Runs on a schedule."""

from functools import cache
from typing import Any

from bodybroker.doors.bronze import inferences, objects, tasks
from bodybroker.doors.log import LOG
from bodybroker.doors.spending import budgets
from bodybroker.doors.wiring import CLOCK
from bodybroker.models import bronze
from bodybroker.services.sweep_bronze import Sweeper


@cache
def sweeper() -> Sweeper:
    return Sweeper(inferences(), objects(), tasks(), budgets(), CLOCK, bronze.load(), LOG)


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Bring every inference that is due one step on; raises where one failed, which the next run tries again."""
    due = sweeper().sweep()
    if due:
        LOG.info("swept", due=due)
    return {"due": due}

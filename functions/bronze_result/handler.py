"""Hears from the endpoint's topics what came of inferences, and wakes the tasks that wait for them."""

from functools import cache
from typing import Any

from bodybroker.doors.bronze import inferences, objects, tasks
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import CLOCK
from bodybroker.models import bronze
from bodybroker.services.ask_bronze import Receiver


@cache
def receiver() -> Receiver:
    return Receiver(inferences(), objects(), tasks(), CLOCK, bronze.load(), LOG)


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """An event of SNS. What raises is delivered again, and at last goes to the dead-letter queue."""
    for record in event["Records"]:
        told = bronze.read_notification(record["Sns"]["Message"])
        receiver().receive(told)
        LOG.info("received", inference=told.inference_id, location=told.location, reason=told.reason)

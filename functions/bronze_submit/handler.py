"""Has an inference made for a task of `ask_bronze` that waits for it."""

import os
from functools import cache
from typing import Any

import msgspec
from bodybroker.adapters.bronze_endpoint import AsyncEndpoint
from bodybroker.adapters.sagemaker import runtime_client
from bodybroker.doors.bronze import inferences, tasks
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import CLOCK
from bodybroker.models import bronze
from bodybroker.models.bronze import Asked
from bodybroker.services.ask_bronze import Submitter

ACCEPT_TIMEOUT_S = 10


@cache
def submitter() -> Submitter:
    endpoint = AsyncEndpoint(runtime_client(ACCEPT_TIMEOUT_S), os.environ["BRONZE_ENDPOINT"])
    return Submitter(inferences(), endpoint, tasks(), CLOCK, bronze.load())


def lambda_handler(event: dict[str, Any], context: object) -> None:
    """`{"token", "asked", "attempt"}`. Raises ModelFailed where the endpoint refuses, Unavailable (retried)."""
    asked = msgspec.convert(event["asked"] | {"attempt": event["attempt"]}, Asked)
    inference = submitter().submit(event["token"], asked)
    LOG.info("submitted", call=asked.call_id, attempt=asked.attempt, inference=inference)

"""Adds to one entity of a place what layer 2 says of it: a task of `generate_location`."""

import os
from functools import cache
from typing import Any

import msgspec
from bodybroker.doors.locations import read_task, workshop
from bodybroker.doors.log import LOG
from bodybroker.doors.models import router
from bodybroker.services.customize_entity import Customizer


@cache
def customizer() -> Customizer:
    return Customizer(workshop(), router(), int(os.environ["PIPELINE_ASKED"]))


def lambda_handler(event: dict[str, Any], context: object) -> Any:
    """`{"task", "job", "entity", "attempt"}`: `describe` asks a model; `fall_back`, with a `reason`, asks nobody.

    Raises NotFound, Unavailable (tried again).
    """
    task = read_task(event)
    key, job_id = task.job.key, task.job.job_id
    if task.task == "fall_back":
        done = customizer().fall_back(key, job_id, task.entity, task.attempt, task.reason)
    else:
        done = customizer().customize(key, job_id, task.entity, task.attempt)
    LOG.info("described", entity=task.entity, attempt=task.attempt, source=done.source, reason=done.reason)
    return msgspec.to_builtins(done)

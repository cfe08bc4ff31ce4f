"""Holds what the specialists of a place have said against the place, the world and each other: a task of
`generate_location`."""

from typing import Any

import msgspec
from bodybroker.doors.location_making import checker
from bodybroker.doors.locations import read_task
from bodybroker.doors.log import LOG


def lambda_handler(event: dict[str, Any], context: object) -> Any:
    """`{"job", "attempt"}`; the verdict, and the entities that are to be asked again. Raises NotFound, Unavailable."""
    task = read_task(event)
    checked = checker().check(task.job.key, task.job.job_id, task.attempt)
    LOG.info("checked", attempt=task.attempt, verdict=checked.verdict, again=len(checked.entities))
    return msgspec.to_builtins(checked)

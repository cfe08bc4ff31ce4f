"""Writes a place into its world, and has the studio's game server told: the last task of `generate_location`."""

from functools import cache
from typing import Any

from bodybroker.doors.location_making import checker
from bodybroker.doors.locations import outbox, read_task, workshop
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import CLOCK, event_store, world_rules
from bodybroker.services.commit_location import Committer
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.recording import Recorder


@cache
def committer() -> Committer:
    desk = CommandDesk(event_store(), world_rules(), Recorder(CLOCK))
    return Committer(workshop(), checker(), desk, outbox())


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """`{"task", "job"}`, and a `reason` where something broke before: whatever nobody has said is a fallback.

    Raises NotFound, Unavailable (tried again).
    """
    task = read_task(event)
    if task.task == "settle":
        LOG.warning("settling", reason=task.reason)
    job = committer().commit(task.job.key, task.job.job_id)
    LOG.info("committed", status=job.status, reason=job.reason, place=job.place_id, digest=job.digest)
    return {"status": job.status, "digest": job.digest}

"""What the studio's game server is told of a job that is over: the same notice, however often it is told."""

from bodybroker.generation.jobs import Job
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.locations import Notice, NoticeType

TYPES: dict[str, NoticeType] = {
    "done": "location.ready",
    "canceled": "location.canceled",
    "failed": "location.failed",
}


def notice(key: WorldKey, job: Job) -> Notice:
    """The notice of a job's end; KeyError while it is open."""
    return Notice(
        event_id=f"{job.job_id}.{job.status}",
        type=TYPES[job.status],
        at=job.steps[-1].at,
        player=key.player,
        world=key.world,
        place_id=job.place_id,
        job_id=job.job_id,
        digest=job.digest,
        title=job.title,
        reason=job.reason,
    )

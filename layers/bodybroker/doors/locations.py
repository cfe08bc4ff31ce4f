"""What the functions that make places share: their work, who carries jobs out, who is told. Built once per process."""

import os
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from bodybroker.adapters import aws
from bodybroker.adapters.location_pipeline import ExpressPipeline
from bodybroker.adapters.notices_queue import SqsOutbox
from bodybroker.doors.location_store import locations
from bodybroker.doors.log import LOG
from bodybroker.doors.wiring import CLOCK, event_store
from bodybroker.generation import job_rules, specialists
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.recording import Recorder


class JobReference(Struct, frozen=True):
    """A job, as it passes through the state machine."""

    player: PlayerId
    world: WorldId
    job_id: str

    @property
    def key(self) -> WorldKey:
        """The world that it works for."""
        return WorldKey(self.player, self.world)


class Task(Struct, frozen=True, omit_defaults=True):
    """What step_functions/generate_location.asl.yaml asks of a function."""

    job: JobReference
    task: str = ""
    entity: str = ""
    attempt: int = 1
    reason: str = ""


def read_task(event: dict[str, Any]) -> Task:
    """The task in a function's event; what it logs is found by the job's id."""
    task = msgspec.convert(event, Task)
    LOG.bind(task.job.job_id)
    return task


@cache
def workshop() -> Workshop:
    """What all who make places work with."""
    return Workshop(event_store(), locations(), Recorder(CLOCK), job_rules.load(), specialists.load())


@cache
def machine() -> ExpressPipeline:
    """The state machine `PIPELINE_ARN`, which is to ask `PIPELINE_CONCURRENCY` specialists at a time."""
    concurrency = int(os.environ["PIPELINE_CONCURRENCY"])
    return ExpressPipeline(aws.client("stepfunctions"), os.environ["PIPELINE_ARN"], concurrency)


@cache
def outbox() -> SqsOutbox:
    """The queue `NOTICES_QUEUE`."""
    return SqsOutbox(aws.client("sqs"), os.environ["NOTICES_QUEUE"])

"""What the use cases of locations share: where things are kept, and how a job's row is changed by many at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import randbelow

from bodybroker.generation import jobs
from bodybroker.generation.job_rules import JobRules
from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.specialists import Specialists
from bodybroker.kernel.errors import NotFound, Unavailable
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.locations import JobContended, LocationStore
from bodybroker.ports.worlds import EventStore
from bodybroker.services.recording import Recorder

LONGEST_PAUSE_MS = 1000


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where places are made. `pause` sleeps for so many seconds between two tries."""

    worlds: EventStore
    locations: LocationStore
    recorder: Recorder
    settings: JobRules
    specialists: Specialists
    pause: Callable[[float], None] = time.sleep

    def find(self, key: WorldKey, job_id: str) -> Job:
        """A job; raises NotFound. One of which nobody has heard since it had to be over has failed."""
        job = self.locations.find_job(key, job_id)
        if job is None:
            raise NotFound("There is no such job, or it is long over.", code="unknown_job")
        return self.change(key, job, lambda one, at: jobs.fail(one, at, "lost")) if self._is_lost(job) else job

    def brief(self, key: WorldKey, job: Job) -> Brief:
        """What a job works on; raises NotFound."""
        brief = self.locations.brief(key, job.job_id)
        if brief is None:
            raise NotFound("What this job worked on is gone.", code="unknown_job")
        return brief

    def change(self, key: WorldKey, job: Job, step: Callable[[Job, str], Job]) -> Job:
        """Take a step of a job, on what has become of it if others changed it meanwhile; the job as it is then.

        Raises Unavailable when too many change it at once.
        """
        longest_ms = self.settings.pause_ms
        for _ in range(self.settings.tries):
            after = step(job, self.recorder.now())
            if after is job:
                return job
            try:
                return self.locations.replace_job(key, after)
            except JobContended:
                self.pause(randbelow(longest_ms) / 1000)
                longest_ms = min(2 * longest_ms, LONGEST_PAUSE_MS)
                found = self.locations.find_job(key, job.job_id)
                if found is None:
                    raise NotFound("The job is long over.", code="unknown_job") from None
                job = found
        raise Unavailable("Too many work on this job at once; try again.")

    def now_s(self) -> int:
        """Seconds since 1970."""
        return int(self.recorder.clock.now().timestamp())

    def begun_s(self, job: Job) -> int:
        """Seconds since a job began."""
        return self.now_s() - (job.deadline - self.settings.pipeline.deadline_s)

    def _is_lost(self, job: Job) -> bool:
        """Nothing works on a job for longer than an execution may take."""
        over_s = self.settings.pipeline.execution_s + self.settings.restart_s
        return job.is_open and self.begun_s(job) > over_s

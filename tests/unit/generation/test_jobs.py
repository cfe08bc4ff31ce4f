"""Jobs only move forward, tell each step once, and every step may be taken again."""

from bodybroker.generation import jobs
from bodybroker.generation.jobs import Job
from hypothesis import given
from hypothesis import strategies as st

AT = "2026-11-23T12:00:00.000Z"
NEW = jobs.queue(Job("j", "p", "b", "morgue", 7, 0, 3, "ba", AT, 100, 200), AT)
RANK = {"queued": 0, "running": 1, "done": 2, "canceled": 2, "failed": 2}

STEPS = {
    "start": lambda job: jobs.start(job, AT),
    "describe r1": lambda job: jobs.describe(job, AT, "r1", 1, "model", None),
    "describe r2": lambda job: jobs.describe(job, AT, "r2", 1, "fallback", "deadline"),
    "describe r2 again": lambda job: jobs.describe(job, AT, "r2", 2, "cache", None),
    "check": lambda job: jobs.check(job, AT, 1, 1),
    "close": lambda job: jobs.close(job, AT),
    "finish": lambda job: jobs.finish(job, AT, "d" * 64, "The cold room"),
    "cancel": lambda job: jobs.cancel(job, AT, "asked"),
    "fail": lambda job: jobs.fail(job, AT, "lost"),
}
walks = st.lists(st.sampled_from(sorted(STEPS)), max_size=20)


@given(walks)
def test_a_job_only_moves_forward_and_stays_over(walk):
    job = NEW
    for name in walk:
        after = STEPS[name](job)
        assert RANK[after.status] >= RANK[job.status]
        assert job.is_open or after == job
        assert not job.closing or after.status != "canceled"
        assert after.steps[: len(job.steps)] == job.steps
        assert STEPS[name](after) == after, "taken again, it changes nothing"
        job = after
    assert [step.seq for step in job.steps] == [*range(1, len(job.steps) + 1)]
    told = [(step.type, step.entity, step.attempt) for step in job.steps]
    assert len(set(told)) == len(told)
    assert (job.digest is not None) == (job.status == "done")
    assert (job.reason is not None) == (job.status in ("canceled", "failed"))


def test_a_night_that_goes_well():
    job = NEW
    for name in ("describe r1", "describe r2", "check", "describe r2 again", "close", "cancel", "finish"):
        job = STEPS[name](job)
    assert [step.type for step in job.steps] == [
        "queued",
        "running",
        "described",
        "described",
        "checked",
        "described",
        "closing",
        "done",
    ]
    assert (job.status, job.digest, job.title) == ("done", "d" * 64, "The cold room")

"""Jobs: what has become of a location that is being made, and what was told of it so far. Pure.

    queued -> running -> done | canceled | failed

A job that is over changes no more. One that is `closing` is being written into the world: it is too late to cancel it.
Every step may be taken again: it changes nothing then, and what has happened is told once.
"""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.generation.entities import PlaceKind
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Entity, EntityKind, Source
from bodybroker.generation.sites import SiteBrief
from bodybroker.kernel.ids import BranchId, EntityId
from bodybroker.kernel.plans import Plan

Status = Literal["queued", "running", "done", "canceled", "failed"]
StepType = Literal["queued", "running", "described", "checked", "closing", "done", "canceled", "failed"]

TELLING: tuple[EntityKind, ...] = ("place", "npc", "exterior", "space", "poi")
"""Which entities are worth a model's answer first."""

OPEN: frozenset[Status] = frozenset({"queued", "running"})

Reason = Literal["asked", "moot", "rewound", "refused", "lost"]
"""Why a job ended without a place: somebody asked for it; it was made ahead, and something else is wanted more by now;
the world went back to before it; the world's rules refused what it made; nobody has heard of it since it was due."""


class Step(Struct, frozen=True, omit_defaults=True):
    """Something that happened to a job. `seq` counts a job's steps from 1 without a gap; `at` is ISO 8601 in UTC.

    `entity` was `described` in its `attempt`, from `source`; after it was `checked`, `count` entities are asked again.
    """

    seq: int
    at: str
    type: StepType
    entity: LocalId | None = None
    attempt: int | None = None
    source: Source | None = None
    count: int | None = None
    reason: str | None = None


class Job(Struct, frozen=True):
    """A location that is being made. `again` counts how often its place had been made before, on its branch.

    `entities` counts what layer 2 describes. `base` is the digest of layer 1, `digest` that of the finished document.
    From `deadline` on (seconds since 1970) no model is asked any more; the store forgets the job at `expires_at`.
    `version` counts its writes.
    """

    job_id: str
    place_id: EntityId
    branch_id: BranchId
    kind: str
    seed: int
    again: int
    entities: int
    base: str
    created_at: str
    deadline: int
    expires_at: int
    status: Status = "queued"
    closing: bool = False
    reason: str | None = None
    digest: str | None = None
    title: str | None = None
    steps: tuple[Step, ...] = ()
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it may still make a place."""
        return self.status in OPEN


class Brief(Struct, frozen=True):
    """What a job works on, written once: the site and what to describe there, in which order, and whose plan pays.

    `earlier` are the kinds of the places that come before this one in the world's own order (`specialists.deal`).
    """

    plan: Plan
    world_seed: int
    site: SiteBrief
    earlier: tuple[PlaceKind, ...]
    entities: tuple[Entity, ...]
    waves: tuple[tuple[LocalId, ...], ...]

    @property
    def place(self) -> Entity:
        """The place as a whole."""
        return next(entity for entity in self.entities if entity.kind == "place")

    def telling(self, count: int) -> frozenset[LocalId]:
        """The `count` entities that tell most of the place: itself, who haunts it, its outside, then all in order."""
        ranked = sorted(self.entities, key=lambda entity: TELLING.index(entity.kind))
        return frozenset(entity.id for entity in ranked[:count])


def queue(job: Job, at: str) -> Job:
    """A new job, as it waits to begin."""
    return _told(job, at, "queued")


def start(job: Job, at: str) -> Job:
    """Somebody works on it."""
    return _told(replace(job, status="running"), at, "running") if job.status == "queued" else job


def describe(job: Job, at: str, entity: LocalId, attempt: int, source: Source, reason: str | None) -> Job:
    """An entity was described; told once for each attempt."""
    told = any((step.entity, step.attempt) == (entity, attempt) for step in job.steps)
    if told or not job.is_open:
        return job
    return _told(start(job, at), at, "described", entity=entity, attempt=attempt, source=source, reason=reason)


def check(job: Job, at: str, attempt: int, count: int) -> Job:
    """What was described in this attempt hangs together, but for `count` entities that are asked again."""
    told = any((step.type, step.attempt) == ("checked", attempt) for step in job.steps)
    return job if told or not job.is_open else _told(start(job, at), at, "checked", attempt=attempt, count=count)


def close(job: Job, at: str) -> Job:
    """From now on it is written into the world, and nothing stops it."""
    if not job.is_open or job.closing:
        return job
    return _told(replace(start(job, at), closing=True), at, "closing")


def finish(job: Job, at: str, digest: str, title: str) -> Job:
    """The place is made."""
    if not job.is_open:
        return job
    return _told(replace(job, status="done", digest=digest, title=title), at, "done")


def cancel(job: Job, at: str, reason: Reason) -> Job:
    """It is not wanted any more; a job that is closing or over stays as it is."""
    if not job.is_open or job.closing:
        return job
    return _told(replace(job, status="canceled", reason=reason), at, "canceled", reason=reason)


def fail(job: Job, at: str, reason: Reason) -> Job:
    """It ends without a place."""
    if not job.is_open:
        return job
    return _told(replace(job, status="failed", reason=reason), at, "failed", reason=reason)


def _told(job: Job, at: str, type: StepType, **what: object) -> Job:
    step = Step(len(job.steps) + 1, at, type, **what)  # type: ignore[arg-type]
    return replace(job, steps=(*job.steps, step))

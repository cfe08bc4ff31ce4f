"""Locations in memory, a pipeline that carries nothing out, and an outbox that keeps what it was given."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Described
from bodybroker.kernel.clock import Clock, SystemClock
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey
from bodybroker.ports.locations import Answered, JobContended, Memo, Notice, Verdict
from msgspec.structs import replace


@dataclass
class MemoryLocations:
    """`ports.LocationStore`"""

    clock: Clock = field(default_factory=SystemClock)
    jobs: dict[tuple[WorldKey, str], Job] = field(default_factory=dict)
    briefs: dict[tuple[WorldKey, str], Brief] = field(default_factory=dict)
    answered: dict[tuple[WorldKey, str], dict[tuple[str, int], Answered]] = field(default_factory=dict)
    verdicts: dict[tuple[WorldKey, str, int], Verdict] = field(default_factory=dict)
    places: dict[tuple[WorldKey, EntityId], str] = field(default_factory=dict)
    documents: dict[tuple[WorldKey, str], dict[BranchId, bytes]] = field(default_factory=dict)
    remembered: dict[tuple[WorldKey, str], Memo] = field(default_factory=dict)

    def add_job(self, key: WorldKey, job: Job, brief: Brief) -> bool:
        if (key, job.job_id) in self.jobs:
            return False
        self.jobs[key, job.job_id], self.briefs[key, job.job_id] = job, brief
        return True

    def find_job(self, key: WorldKey, job_id: str) -> Job | None:
        job = self.jobs.get((key, job_id))
        return job if job is not None and job.expires_at > self.clock.now().timestamp() else None

    def replace_job(self, key: WorldKey, job: Job) -> Job:
        if self.jobs[key, job.job_id].version != job.version:
            raise JobContended(job.job_id)
        self.jobs[key, job.job_id] = replace(job, version=job.version + 1)
        return self.jobs[key, job.job_id]

    def brief(self, key: WorldKey, job_id: str) -> Brief | None:
        return self.briefs.get((key, job_id)) if self.find_job(key, job_id) else None

    def answer(self, key: WorldKey, job: Job, answered: Answered) -> Described:
        kept = self.answered.setdefault((key, job.job_id), {})
        return kept.setdefault((answered.described.entity.id, answered.attempt), answered).described

    def answers(self, key: WorldKey, job_id: str) -> Sequence[Answered]:
        return [answered for _, answered in sorted(self.answered.get((key, job_id), {}).items())]

    def judge(self, key: WorldKey, job: Job, attempt: int, verdict: Verdict) -> Verdict:
        return self.verdicts.setdefault((key, job.job_id, attempt), verdict)

    def verdict(self, key: WorldKey, job_id: str, attempt: int) -> Verdict | None:
        return self.verdicts.get((key, job_id, attempt))

    def current(self, key: WorldKey, place_id: EntityId) -> str | None:
        job_id = self.places.get((key, place_id))
        return job_id if job_id is not None and self.find_job(key, job_id) else None

    def make_current(self, key: WorldKey, job: Job, instead_of: str | None) -> bool:
        if self.current(key, job.place_id) != instead_of:
            return False
        self.places[key, job.place_id] = job.job_id
        return True

    def put_document(self, key: WorldKey, branch: BranchId, document: bytes, memo: Memo) -> None:
        self.documents.setdefault((key, memo.digest), {})[branch] = document
        self.remembered[key, memo.digest] = memo

    def document(self, key: WorldKey, digest: str) -> bytes | None:
        return next(iter(self.documents.get((key, digest), {}).values()), None)

    def memos(self, key: WorldKey) -> Mapping[str, Memo]:
        found = [(digest, copies) for (owner, digest), copies in self.documents.items() if owner == key]
        return {digest: self.remembered[key, digest] for digest, copies in found if copies}

    def branches(self, key: WorldKey) -> Set[BranchId]:
        return {branch for (owner, _), copies in self.documents.items() if owner == key for branch in copies}

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        doomed = [(owner, digest, branch) for owner, digest in self.documents if owner == key for branch in gone]
        return sum(self.documents[owner, digest].pop(branch, None) is not None for owner, digest, branch in doomed)


@dataclass
class IdlePipeline:
    """`ports.Pipeline`: `started` are the jobs that it was given."""

    started: list[tuple[WorldKey, str, Sequence[Sequence[str]]]] = field(default_factory=list)

    def start(self, key: WorldKey, job: Job, waves: Sequence[Sequence[str]]) -> None:
        self.started.append((key, job.job_id, waves))


@dataclass
class MemoryOutbox:
    """`ports.Outbox`"""

    sent: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        self.sent.append(notice)

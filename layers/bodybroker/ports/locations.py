"""Locations that are being made or were made: jobs, what specialists answered, finished documents, who is told."""

from collections.abc import Mapping, Sequence, Set
from typing import Literal, Protocol

from msgspec import Struct

from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Described
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey


class JobContended(Exception):
    """Somebody else has changed the job since it was read; nothing was written."""


class Answered(Struct, frozen=True):
    """What a specialist made of an entity, in which attempt (counted from 1)."""

    attempt: int
    described: Described


class Verdict(Struct, frozen=True):
    """What a round of checks left standing: what everything is described as, and what must be described again."""

    described: tuple[Described, ...]
    again: tuple[str, ...]


class Memo(Struct, frozen=True):
    """What to remember of a finished place, so that nothing of it is told again: titles, and sketches of its texts."""

    digest: str
    titles: tuple[str, ...]
    told: tuple[tuple[int, ...], ...]


class LocationStore(Protocol):
    """Jobs with all that belongs to them, which the store forgets in time, and documents, which it keeps.

    No method takes a job without its world. Reads are consistent, every write is conditional and may be repeated.
    All raise Unavailable, and Shredded where the player's account is deleted.
    """

    def add_job(self, key: WorldKey, job: Job, brief: Brief) -> bool:
        """Store a new job with its brief; False, and nothing stored, where there is a job of that id."""

    def find_job(self, key: WorldKey, job_id: str) -> Job | None:
        """The job as it is now."""

    def replace_job(self, key: WorldKey, job: Job) -> Job:
        """Store what became of a job that was read at `job.version`; as it is then, a version on.

        Raises JobContended.
        """

    def brief(self, key: WorldKey, job_id: str) -> Brief | None:
        """What a job works on."""

    def answer(self, key: WorldKey, job: Job, answered: Answered) -> Described:
        """Keep what a specialist made of an entity, unless that attempt has an answer already; the one that holds."""

    def answers(self, key: WorldKey, job_id: str) -> Sequence[Answered]:
        """Every answer of a job."""

    def judge(self, key: WorldKey, job: Job, attempt: int, verdict: Verdict) -> Verdict:
        """Keep what the check after an attempt found, unless that was done before; the verdict that holds."""

    def verdict(self, key: WorldKey, job_id: str, attempt: int) -> Verdict | None:
        """What the check after an attempt found."""

    def current(self, key: WorldKey, place_id: EntityId) -> str | None:
        """The id of the job that was last begun for a place."""

    def make_current(self, key: WorldKey, job: Job, instead_of: str | None) -> bool:
        """Let `job` be the one of its place; False, and nothing changed, where `instead_of` is not current now."""

    def put_document(self, key: WorldKey, branch: BranchId, document: bytes, memo: Memo) -> None:
        """Keep a finished document (its SHA-256 in hex is `memo.digest`) for the branch on which it was made."""

    def document(self, key: WorldKey, digest: str) -> bytes | None:
        """A document, from whichever branch has it; the bytes that were put."""

    def memos(self, key: WorldKey) -> Mapping[str, Memo]:
        """What is remembered of each document, by its digest."""

    def branches(self, key: WorldKey) -> Set[BranchId]:
        """The branches that have documents."""

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        """Remove the documents of these branches; how many rows that were."""


class Pipeline(Protocol):
    """What carries a job out, somewhere else."""

    def start(self, key: WorldKey, job: Job, waves: Sequence[Sequence[str]]) -> None:
        """Begin to carry a job out. Nothing breaks where that is done twice. Raises Unavailable."""


NoticeType = Literal["location.ready", "location.canceled", "location.failed"]


class Notice(Struct, frozen=True, omit_defaults=True):
    """What the studio's game server is told. `event_id` is the same whenever the same thing is told again."""

    event_id: str
    type: NoticeType
    at: str
    player: PlayerId
    world: WorldId
    place_id: EntityId
    job_id: str
    digest: str | None = None
    title: str | None = None
    reason: str | None = None


class Outbox(Protocol):
    """Notices on their way to whoever wants them."""

    def send(self, notice: Notice) -> None:
        """Take a notice; it arrives at least once. Raises Unavailable."""

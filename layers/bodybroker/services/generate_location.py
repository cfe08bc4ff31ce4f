"""Use case: a place is wanted. Layer 1 is made at once; layer 2 begins as a job, one for each place at a time."""

from dataclasses import dataclass

from bodybroker.generation import assembly, jobs
from bodybroker.generation.drafts import Draft
from bodybroker.generation.jobs import Brief, Job, Reason
from bodybroker.kernel.errors import NotFound, Refused, Unavailable
from bodybroker.kernel.ids import BranchId, EntityId, WorldKey, entity_id
from bodybroker.kernel.json import canonical, digest
from bodybroker.kernel.plans import Plan
from bodybroker.kernel.random import Stream
from bodybroker.ports.locations import Outbox, Pipeline
from bodybroker.services.laying_out import earlier, site_of
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.read_world import read_world
from bodybroker.services.telling import notice
from bodybroker.world.state import State
from bodybroker.world.story.locations import location_seed, times_made
from bodybroker.world.story.state import SettledLocation

CLAIMS = 5
"""How often one that is overtaken looks again."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """Layer 1 of a place. `again` counts how often the place had been made before; `settled` is how it was last made,
    unless it is to be made again."""

    draft: Draft
    again: int
    state: State
    branch_id: BranchId
    settled: SettledLocation | None

    @property
    def document(self) -> bytes:
        """The draft as canonical JSON."""
        return canonical(self.draft)


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of a wish for layer 2: the job that makes the place, new or under way already, or none where the
    place is `settled`. The layout is that of layer 1 either way."""

    laid_out: LaidOut
    job: Job | None
    is_new: bool = False

    @property
    def settled(self) -> SettledLocation | None:
        """The place as it is made already."""
        return self.laid_out.settled if self.job is None else None


@dataclass(frozen=True, slots=True)
class LocationGenerator:
    """Begins places, and gives them up."""

    shop: Workshop
    rules: assembly.Rules
    pipeline: Pipeline
    outbox: Outbox

    def lay_out(self, key: WorldKey, place_id: EntityId, *, again: bool = False) -> LaidOut:
        """Layer 1 of a place: as it is made, or will be made next, for the first time or `again`. Raises NotFound."""
        loaded = read_world(self.shop.worlds, key)
        state = loaded.state
        site = site_of(state, place_id)
        settled = None if again else state.story.locations.get(place_id)
        times = times_made(state, place_id) if settled is None else settled.again
        draft = assembly.begin(site, location_seed(state.seed, place_id, times), self.rules)
        return LaidOut(draft, times, state, loaded.head.branch_id, settled)

    def begin(self, key: WorldKey, place_id: EntityId, plan: Plan, request_id: str, *, again: bool = False) -> Begun:
        """Have a place made, for the first time or `again`; `plan` is the player's who pays.

        The same `request_id` leads to the same job, and so does the wish for a place that is being made. Raises
        NotFound, Refused `idempotency_key_reused` where that id began another place, Unavailable.
        """
        laid_out = self.lay_out(key, place_id, again=again)
        job_id = _job_id(key, request_id)
        known = self.shop.locations.find_job(key, job_id)
        if known is not None and known.place_id != place_id:
            raise Refused("idempotency_key_reused", "This Idempotency-Key has been used for another place.")
        if known is not None and not (known.is_open and known.branch_id == laid_out.branch_id):
            return Begun(laid_out, self.shop.find(key, job_id))
        if known is None and laid_out.settled is not None:
            return Begun(laid_out, None)
        job, brief = self._job(job_id, laid_out, plan) if known is None else (known, self.shop.brief(key, known))
        for _ in range(CLAIMS):
            current = self.shop.locations.current(key, place_id)
            if current == job_id:
                return Begun(laid_out, self._started(key, job, after_s=0))
            if current is not None and (under_way := self._under_way(key, current, job)) is not None:
                return Begun(laid_out, self._started(key, under_way, after_s=self.shop.settings.restart_s))
            self.shop.locations.add_job(key, job, brief)
            if self.shop.locations.make_current(key, job, current):
                return Begun(laid_out, self._started(key, job, after_s=0), is_new=True)
        raise Unavailable("Others want this place, too; try again.")

    def cancel(self, key: WorldKey, job_id: str, reason: Reason = "asked") -> Job:
        """Give a job up; one that is over, or being written into the world, stays as it is. Raises NotFound."""
        job = self.shop.change(key, self.shop.find(key, job_id), lambda one, at: jobs.cancel(one, at, reason))
        if job.status == "canceled":
            self.outbox.send(notice(key, job))
        return job

    def _under_way(self, key: WorldKey, job_id: str, wanted: Job) -> Job | None:
        """The job of that id, if it makes what is wanted; one that makes a place of another time is given up."""
        try:
            found = self.shop.find(key, job_id)
        except NotFound:
            return None
        if (found.branch_id, found.again) != (wanted.branch_id, wanted.again):
            self.cancel(key, job_id, "rewound")
            return None
        return found if found.is_open else None

    def _started(self, key: WorldKey, job: Job, after_s: int) -> Job:
        """A job that is being carried out: whoever began it `after_s` seconds ago may have fallen over before that."""
        if job.status == "queued" and self.shop.begun_s(job) >= after_s:
            self.pipeline.start(key, job, self.shop.brief(key, job).waves)
        return job

    def _job(self, job_id: str, laid_out: LaidOut, plan: Plan) -> tuple[Job, Brief]:
        draft, settings, now = laid_out.draft, self.shop.settings, self.shop.now_s()
        place_id = EntityId(draft.site.place_id)
        at = self.shop.recorder.now()
        job = Job(
            job_id=job_id,
            place_id=place_id,
            branch_id=laid_out.branch_id,
            kind=draft.site.kind,
            seed=draft.seed,
            again=laid_out.again,
            entities=len(draft.entities),
            base=digest(draft),
            created_at=at,
            deadline=now + settings.pipeline.deadline_s,
            expires_at=now + settings.keep_s,
        )
        brief = Brief(
            plan=plan,
            world_seed=laid_out.state.seed,
            site=draft.site,
            earlier=earlier(laid_out.state, place_id, laid_out.again),
            entities=draft.entities,
            waves=assembly.waves(draft),
        )
        return jobs.queue(job, at), brief


def _job_id(key: WorldKey, request_id: str) -> str:
    """The id of a request's job: the same request leads to the same job."""
    return entity_id(Stream(request_id, "location job", key.player, key.world))

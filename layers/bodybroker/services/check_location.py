"""Use case: what all specialists of a place have said is held against the place, the world and each other.

What a rule can mend is mended; whose addition cannot stay is asked again, by the model or at once by its fallback.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from bodybroker.generation import assembly, jobs
from bodybroker.generation.coherence.check import check
from bodybroker.generation.coherence.facts import WorldFacts
from bodybroker.generation.coherence.resolve import resolve
from bodybroker.generation.coherence.rules import CoherenceRules
from bodybroker.generation.drafts import Draft
from bodybroker.generation.jobs import Brief, Job
from bodybroker.generation.locations import Described
from bodybroker.generation.specialists import Specialists
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.locations import Answered, Memo, Verdict
from bodybroker.services.customize_entity import fallback, latest, variants
from bodybroker.services.laying_out import facts_of
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.read_world import read_world
from bodybroker.world.state import State

FINAL = 999
"""The attempt under which the last verdict is kept: no model is asked after it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be done: ask for `entities` `again`, in their `attempt`; commit what is `coherent`; or nothing, since
    nobody wants the place any more."""

    verdict: Literal["coherent", "again", "canceled"]
    entities: tuple[str, ...]
    attempt: int


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges what was said of places."""

    shop: Workshop
    assembly: assembly.Rules
    coherence: CoherenceRules

    def check(self, key: WorldKey, job_id: str, attempt: int) -> Checked:
        """Judge all that was said by the end of an attempt; the same verdict whenever it is asked for.

        Raises NotFound, Unavailable.
        """
        job = self.shop.find(key, job_id)
        loaded = read_world(self.shop.worlds, key)
        if job.is_open and loaded.head.branch_id != job.branch_id:
            job = self.shop.change(key, job, lambda one, at: jobs.cancel(one, at, "rewound"))
        if not job.is_open:
            return Checked("canceled" if job.status == "canceled" else "coherent", (), attempt)
        verdict = self.judge(key, job, attempt, loaded.state)
        self.shop.change(key, job, lambda one, at: jobs.check(one, at, attempt, len(verdict.again)))
        return Checked("again" if verdict.again else "coherent", verdict.again, attempt + 1)

    def judge(self, key: WorldKey, job: Job, attempt: int, state: State) -> Verdict:
        """The verdict on an attempt; the FINAL one leaves nothing to be asked again."""
        found = self.shop.locations.verdict(key, job.job_id, attempt)
        if found is not None:
            return found
        brief = self.shop.brief(key, job)
        draft = self.draft(brief, job)
        said = self._said(key, job, attempt)
        facts = facts_of(state, self._remembered(key, job, state))
        judge = _Judge(draft, brief, facts, self.coherence, self.shop.specialists)
        return self.shop.locations.judge(key, job, attempt, judge.verdict(said, attempt))

    def draft(self, brief: Brief, job: Job) -> Draft:
        """Layer 1 of a job: made anew, which takes less time than reading it would."""
        return assembly.begin(brief.site, job.seed, self.assembly)

    def _said(self, key: WorldKey, job: Job, attempt: int) -> dict[str, Described]:
        """What stands of earlier attempts, and what was said since."""
        answers = self.shop.locations.answers(key, job.job_id)
        most = self.coherence.coherence.attempts.model + 1
        for earlier in range(min(attempt - 1, most), 0, -1):
            verdict = self.shop.locations.verdict(key, job.job_id, earlier)
            if verdict is not None:
                return _standing(verdict) | latest(_since(answers, earlier, attempt))
        return latest(_since(answers, 0, attempt))

    def before(self, key: WorldKey, job: Job, state: State) -> Memo | None:
        """What is remembered of the job's place as it was made before, on this history."""
        settled = state.story.locations.get(job.place_id)
        if settled is None or settled.again >= job.again:
            return None
        return self.shop.locations.memos(key).get(settled.digest)

    def _remembered(self, key: WorldKey, job: Job, state: State) -> list[Memo]:
        """What is remembered of the other places of this history, and of this one as it was made before."""
        memos = self.shop.locations.memos(key)
        others = (made for place_id, made in state.story.locations.items() if place_id != job.place_id)
        found = [memos[made.digest] for made in others if made.digest in memos]
        before = self.before(key, job, state)
        return found if before is None else [*found, before]


@dataclass(frozen=True, slots=True)
class _Judge:
    draft: Draft
    brief: Brief
    facts: WorldFacts
    coherence: CoherenceRules
    specialists: Specialists

    def verdict(self, said: Mapping[str, Described], attempt: int) -> Verdict:
        """Fallbacks answer at once, until nobody needs one; it ends, since each is asked a bounded number of times."""
        is_final = attempt == FINAL
        dealt = variants(self.specialists, self.brief, self.draft.entities)

        def fall_back(name: str, attempt: int, reason: str) -> Described:
            variant = replace(dealt[name], attempt=attempt)
            return fallback(self.specialists, self.brief, self.draft.entity(name), variant, reason)

        missing = [entity.id for entity in self.draft.entities if entity.id not in said]
        late = 1 if is_final else attempt
        standing = {**said, **{name: fall_back(name, late, "missing") for name in missing}}
        while True:
            described = [standing[entity.id] for entity in self.draft.entities]
            found = check(self.draft, described, self.facts, self.coherence)
            resolution = resolve(self.draft, described, found, self.coherence)
            standing = {each.entity.id: each for each in resolution.described}
            again = () if is_final else resolution.again
            losers = (*resolution.fallbacks, *(resolution.again if is_final else ()))
            if not losers:
                return Verdict(tuple(standing[entity.id] for entity in self.draft.entities), again)
            for name in losers:
                standing[name] = fall_back(name, standing[name].made.attempts + 1, "contradiction")


def _standing(verdict: Verdict) -> dict[str, Described]:
    return {each.entity.id: each for each in verdict.described if each.entity.id not in verdict.again}


def _since(answers: Iterable[Answered], after: int, up_to: int) -> list[Answered]:
    return [one for one in answers if after < one.attempt <= up_to]

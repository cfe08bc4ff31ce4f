"""Use case: a place becomes part of its world. The document is stored, one proposal tells the log of it, once.

Whoever is cut off begins again from the top: every step finds what it wrote before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bodybroker.generation import assembly, jobs, specialists
from bodybroker.generation.coherence.stories import Sketch, sketches
from bodybroker.generation.drafts import Location
from bodybroker.generation.jobs import Job, Reason
from bodybroker.generation.locations import Described
from bodybroker.kernel.errors import Conflict, Refused, Unavailable
from bodybroker.kernel.ids import WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports.locations import Memo, Outbox
from bodybroker.services.check_location import FINAL, Checker
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.read_world import read_world
from bodybroker.services.recording import Outcome
from bodybroker.services.telling import notice
from bodybroker.world.state import State
from bodybroker.world.story.commands import SubmitProposal
from bodybroker.world.story.events import ProposalRefused

JOB = "generate_location"
"""The name under which places are proposed."""
TEXT_CHARACTERS = 600
"""Of a description in the log (`world.story.diffs.Text`); coherence allows no more."""
PROCEDURAL = "procedural"


@dataclass(frozen=True, slots=True)
class Committer:
    """Writes places into worlds."""

    shop: Workshop
    checker: Checker
    desk: CommandDesk
    outbox: Outbox

    def commit(self, key: WorldKey, job_id: str) -> Job:
        """Write the place of a job into its world, with fallbacks for what nobody has said yet; the job as it ends.

        A job that is over stays as it is, and its end is told again. Raises NotFound, Unavailable.
        """
        job = self.shop.change(key, self.shop.find(key, job_id), jobs.close)
        if job.is_open:
            job = self._settle(key, job)
        self.outbox.send(notice(key, job))
        return job

    def _settle(self, key: WorldKey, job: Job) -> Job:
        loaded = read_world(self.shop.worlds, key)
        location = self._location(key, job, self.checker.judge(key, job, FINAL, loaded.state).described)
        document = assembly.encode(location)
        name = sha256(document).hexdigest()
        settled = loaded.state.story.locations.get(job.place_id)
        if settled is None or settled.digest != name:  # else it was written before a crash
            memo = Memo(name, _titles(location), self._told(key, job, loaded.state, location))
            self.shop.locations.put_document(key, job.branch_id, document, memo)
        try:
            outcome = self.desk.handle(key, _submission(job, location, name))
        except Conflict as conflict:
            if read_world(self.shop.worlds, key).head.branch_id == job.branch_id:
                raise Unavailable("The world moves too fast; try again.") from conflict
            return self._fail(key, job, "rewound")
        except Refused as refused:
            if refused.code != "branch_deleted":
                raise
            return self._fail(key, job, "rewound")
        if _is_refused(outcome):
            return self._fail(key, job, "refused")
        title = _title(location)
        return self.shop.change(key, job, lambda one, at: jobs.finish(one, at, name, title))

    def _told(self, key: WorldKey, job: Job, state: State, location: Location) -> tuple[Sketch, ...]:
        """Sketches of what is told of the place, then of what was told of it when it was made before."""
        rules = self.checker.coherence.coherence.repetition
        before = self.checker.before(key, job, state)
        told = (*sketches(location.described, rules), *(before.told if before is not None else ()))
        return told[: rules.remembered]

    def _location(self, key: WorldKey, job: Job, described: Sequence[Described]) -> Location:
        draft = self.checker.draft(self.shop.brief(key, job), job)
        return assembly.finish(draft, described, self.checker.assembly)

    def _fail(self, key: WorldKey, job: Job, reason: Reason) -> Job:
        return self.shop.change(key, job, lambda one, at: jobs.fail(one, at, reason))


def _is_refused(outcome: Outcome) -> bool:
    return any(isinstance(recorded.event, ProposalRefused) for recorded in outcome.recorded)


def _submission(job: Job, location: Location, document: str) -> Submission:
    """One command for each job: whoever submits it again gets the first outcome."""
    asked = [each.made.prompt_hash for each in location.described if each.made.prompt_hash is not None]
    proposal = SubmitProposal(JOB, _models(location.described), digest(asked), _patch(job, location, document))
    return Submission(
        f"location:{job.job_id}", digest({"location": job.job_id}), proposal, expected_branch=job.branch_id
    )


def _patch(job: Job, location: Location, document: str) -> tuple[object, ...]:
    settled = {
        "digest": document,
        "kind": job.kind,
        "title": _title(location),
        "seed": job.seed,
        "versions": {**location.versions, "specialists": specialists.VERSION},
        "again": job.again,
    }
    paths = {"place": "places", "npc": "npcs"}
    told = (
        {
            "op": "add",
            "path": f"/{paths[each.entity.kind]}/{each.entity.world_id}/description",
            "value": each.addition.text[:TEXT_CHARACTERS],
        }
        for each in location.described
        if each.entity.kind in paths and each.entity.world_id is not None and each.addition.text
    )
    return ({"op": "add", "path": f"/places/{job.place_id}/location", "value": settled}, *told)


def _titles(location: Location) -> tuple[str, ...]:
    return tuple(each.addition.title for each in location.described if each.addition.title)


def _title(location: Location) -> str:
    """What the place is called: as layer 2 did, or as the world knows it."""
    named = next((each.addition.title for each in location.described if each.entity.kind == "place"), "")
    return named or location.site.name


def _models(described: Iterable[Described]) -> str:
    """Who has spoken, by their endpoints."""
    return ",".join(sorted({each.made.endpoint for each in described if each.made.endpoint})) or PROCEDURAL

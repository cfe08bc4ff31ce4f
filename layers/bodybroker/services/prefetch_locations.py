"""Use case: the player arrives somewhere. What he will need next is made ahead, as far as budgets go; what became moot
is given up."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bodybroker.generation import assembly
from bodybroker.generation.jobs import Job
from bodybroker.generation.prefetch import Dropped, Goal, Kept, Later, Position, Situation, UnderWay, Wanted, schedule
from bodybroker.generation.prefetch_rules import PrefetchRules
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.models.budget import BudgetSettings
from bodybroker.models.calls import Payer
from bodybroker.ports.budgets import Budgets
from bodybroker.ports.worlds import Loaded
from bodybroker.services.generate_location import LocationGenerator
from bodybroker.services.laying_out import site_of
from bodybroker.services.read_world import read_world
from bodybroker.services.recording import Recorder
from bodybroker.world.destinations import goals
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.story.locations import location_seed


@dataclass(frozen=True, slots=True)
class Ahead:
    """What came of it. `begun` has the job of each place that is now being made, `calls` how many calls of a model were
    allowed; `names` are those of all places."""

    begun: tuple[tuple[Wanted, Job], ...]
    kept: tuple[Kept, ...]
    canceled: tuple[Dropped, ...]
    later: tuple[Later, ...]
    calls: int
    names: Mapping[EntityId, str]


@dataclass(frozen=True, slots=True)
class Prefetcher:
    """Has places made ahead of players."""

    generator: LocationGenerator
    budgets: Budgets
    limits: BudgetSettings
    rules: PrefetchRules
    world_rules: Rules
    recorder: Recorder

    def prefetch(
        self,
        key: WorldKey,
        payer: Payer,
        position: Position,
        errands: Sequence[EntityId] = (),
        beats: Iterable[Goal] = (),
    ) -> Ahead:
        """Begin what is wanted most, give up what is moot. It may be repeated: what is under way is not begun again.

        `errands` are places where the client's own quests lead, `beats` what the story has planned. Raises NotFound for
        a place that this world does not have, Unavailable.
        """
        loaded = read_world(self.generator.shop.worlds, key)
        state = loaded.state
        self._check(state, (position.place_id, *errands))
        waiting = (*goals(state), *(Goal("errand", place_id, "client") for place_id in errands), *beats)
        jobs = self._under_way(key, loaded)
        situation = self._situation(state, position, waiting, jobs)
        calls = self._calls(payer)
        plan = schedule(situation, calls, lambda place_id: self._calls_for(state, place_id), self.rules)
        for dropped in plan.cancel:
            self.generator.cancel(key, dropped.job.job_id, "moot")
        begun = tuple((wanted, self._begin(key, payer, wanted)) for wanted in plan.begin)
        names = {place_id: place.site.name for place_id, place in state.places.items()}
        made = tuple((wanted, job) for wanted, job in begun if job is not None)
        return Ahead(made, plan.keep, plan.cancel, plan.later, calls, names)

    def _check(self, state: State, places: Iterable[EntityId]) -> None:
        unknown = [place_id for place_id in places if place_id not in state.places]
        if unknown:
            raise NotFound(f"This world has no such place: {', '.join(unknown)}.", code="unknown_place")

    def _under_way(self, key: WorldKey, loaded: Loaded) -> list[Job]:
        """The open jobs of this branch for places that are not made yet."""
        found = []
        for place_id in sorted(loaded.state.places.keys() - loaded.state.story.locations.keys()):
            job_id = self.generator.shop.locations.current(key, place_id)
            if job_id is None:
                continue
            with suppress(NotFound):  # forgotten meanwhile
                job = self.generator.shop.find(key, job_id)
                if job.is_open and job.branch_id == loaded.head.branch_id:
                    found.append(job)
        return found

    def _situation(self, state: State, position: Position, waiting: tuple[Goal, ...], jobs: Sequence[Job]) -> Situation:
        return Situation(
            minute=state.minute,
            position=position,
            ways={place_id: place.site.exits for place_id, place in state.places.items()},
            walking_cm_per_minute=self.world_rules.district.walking_cm_per_minute,
            goals=waiting,
            made=state.story.locations.keys(),
            under_way=tuple(UnderWay(job.job_id, job.place_id, job.entities, _done(job)) for job in jobs),
        )

    def _calls(self, payer: Payer) -> int:
        """How many calls may be set going: none where what is left of the day is kept for talk."""
        kept = self.limits.of(payer.plan).player_day * self.rules.kept_per_mille // 1000
        return self.rules.calls.of(payer.plan) if self.budgets.left(payer) > kept else 0

    def _calls_for(self, state: State, place_id: EntityId) -> int:
        """One for each entity of the place."""
        seed = location_seed(state.seed, place_id, 0)
        return len(assembly.begin(site_of(state, place_id), seed, self.generator.rules).entities)

    def _begin(self, key: WorldKey, payer: Payer, wanted: Wanted) -> Job | None:
        """None where somebody else has made the place meanwhile."""
        return self.generator.begin(key, wanted.place_id, payer.plan, self.recorder.new_id()).job


def _done(job: Job) -> int:
    return len({step.entity for step in job.steps if step.type == "described"})

"""A workshop in memory: a world, its places, specialists on a scripted model, and what carries jobs out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bodybroker.generation import assembly, job_rules, specialists
from bodybroker.generation.coherence import rules as coherence
from bodybroker.generation.jobs import Job
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import EntityId, PlayerId, WorldKey
from bodybroker.models import tiers
from bodybroker.services.call_model import Router
from bodybroker.services.check_location import Checker
from bodybroker.services.commit_location import Committer
from bodybroker.services.create_world import create_world
from bodybroker.services.customize_entity import Customizer
from bodybroker.services.generate_location import LocationGenerator
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.location_jobs import Workshop
from bodybroker.services.read_history import read_history
from bodybroker.services.read_location import LocationReader
from bodybroker.services.recording import Recorder
from bodybroker.world import rules
from bodybroker.world.story.events import LocationSettled

from tests.fakes.budgets import MemoryBudgets
from tests.fakes.event_store import MemoryEventStore
from tests.fakes.locations import IdlePipeline, MemoryLocations, MemoryOutbox
from tests.fakes.log import MemoryLog
from tests.fakes.models import at_once
from tests.fakes.specialists import Bard
from tests.unit.router.conftest import PRICES

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Night:
    """A world of one player, and all that makes its places, of at most so many `entities`, a model for `asked`."""

    entities: int = 5
    asked: int = 5
    clock: Any = field(default_factory=lambda: FixedClock(NOON))
    worlds: Any = field(default_factory=MemoryEventStore)
    locations: Any = None
    bard: Bard = field(default_factory=Bard)
    outbox: Any = field(default_factory=MemoryOutbox)
    pipeline: Any = field(default_factory=IdlePipeline)
    cache: Any = None
    pause: Callable[[float], None] = lambda _: None

    def __post_init__(self) -> None:
        self.locations = self.locations or MemoryLocations(self.clock)
        self.budgets: Any = MemoryBudgets(clock=self.clock)
        self.log = MemoryLog()
        self.recorder = Recorder(self.clock)
        self.key = self.begin()
        self.assembly = assembly.load()
        small = self.assembly.assembly.model_copy(update={"most_entities": self.entities, "most_npcs": 1})
        self.assembly = self.assembly.model_copy(update={"assembly": small})
        self.coherence = coherence.load()

    def begin(self, seed: int = 7) -> WorldKey:
        return create_world(self.worlds, rules.load(), self.recorder, PLAYER, f"begin {seed}", seed, "night")[0]

    def place(self, kind: str = "graveyard") -> EntityId:
        return next(place.site.place_id for place in self.state.places.values() if place.site.kind == kind)

    @property
    def state(self):
        return self.worlds.load(self.key).state

    @property
    def shop(self) -> Workshop:
        return Workshop(
            self.worlds, self.locations, self.recorder, job_rules.load(), specialists.load(), pause=self.pause
        )

    @property
    def generator(self) -> LocationGenerator:
        return LocationGenerator(self.shop, self.assembly, self.pipeline, self.outbox)

    @property
    def customizer(self) -> Customizer:
        router = Router(
            models={"gold": self.bard},
            tiers=tiers.load(),
            prices=PRICES,
            budgets=self.budgets,
            recorder=self.recorder,
            log=self.log,
            cache=self.cache,
            off_loop=at_once,
        )
        return Customizer(self.shop, router, self.asked)

    @property
    def checker(self) -> Checker:
        return Checker(self.shop, self.assembly, self.coherence)

    @property
    def committer(self) -> Committer:
        desk = CommandDesk(self.worlds, rules.load(), self.recorder, lambda _: None)
        return Committer(self.shop, self.checker, desk, self.outbox)

    @property
    def reader(self) -> LocationReader:
        return LocationReader(self.shop, self.assembly)

    def ask(self, kind: str = "graveyard", request: str = "r1", *, again: bool = False):
        return self.generator.begin(self.key, self.place(kind), "premium", request, again=again)

    def carry_out(self, job: Job) -> Job:
        """What the state machine does."""
        waves, attempt = self.locations.brief(self.key, job.job_id).waves, 1
        while True:
            for wave in waves:
                for entity in wave:
                    self.customizer.customize(self.key, job.job_id, entity, attempt)
            checked = self.checker.check(self.key, job.job_id, attempt)
            if checked.verdict != "again":
                break
            waves, attempt = (checked.entities,), checked.attempt
        return job if checked.verdict == "canceled" else self.committer.commit(self.key, job.job_id)

    def make(self, kind: str = "graveyard", request: str = "r1", *, again: bool = False) -> Job:
        begun = self.ask(kind, request, again=again)
        assert begun.job is not None
        return self.carry_out(begun.job)

    def settled(self) -> list[LocationSettled]:
        """Every settlement in the log."""
        events = (recorded.event for recorded in self.history())
        return [event for event in events if isinstance(event, LocationSettled)]

    def history(self):
        return read_history(self.worlds, self.key, 0, 10_000).events

    def later(self, seconds: int) -> None:
        self.clock.instant += timedelta(seconds=seconds)


@pytest.fixture
def night() -> Iterator[Night]:
    made = Night()
    yield made
    assert not made.budgets.open, "a reservation was never settled"

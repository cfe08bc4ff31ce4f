"""Lambda: each process of a function is a fresh copy of its handler's module, wired to the simulated cloud.

A process serves one request at a time and keeps its caches between requests; a crash ends it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from random import Random
from typing import Any

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.locations_table import DynamoLocations
from bodybroker.adapters.player_keys import KmsPlayerKeys
from bodybroker.adapters.projections import DynamoProjections
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.doors.log import LOG
from bodybroker.kernel.errors import Unavailable
from bodybroker.services.handle_command import CommandDesk
from bodybroker.services.recording import Recorder
from bodybroker.world import rules
from bodybroker.world.rules import Rules

from tests.fakes.log import MemoryLog
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.kms import WRAPPING_KEY, Kms
from tests.simulation.network import Crash, Trace, Violation, Weather, Wire
from tests.simulation.scheduling import Scheduler

FUNCTIONS = Path(__file__).parents[2] / "functions"
WORLDS, PROJECTIONS, KEYS, LOCATIONS = "worlds", "projections", "keys", "locations"
TABLES = (WORLDS, PROJECTIONS, KEYS, LOCATIONS)

_spare: dict[str, list[Any]] = defaultdict(list)


@cache
def book() -> Rules:
    """The shipped rules."""
    return rules.load()


def _copy(function: str) -> Any:
    """A copy of the function's module that no process uses."""
    if _spare[function]:
        return _spare[function].pop()
    spec = spec_from_file_location(f"simulated_{function}", FUNCTIONS / function / "handler.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(eq=False)
class Process:
    """One warm process: the function's module, and its way to the database."""

    function: str
    module: Any
    wire: Wire
    store: DynamoEventStore
    busy: bool = False


@dataclass
class Cloud:
    """The functions and their processes, on one database."""

    database: DynamoDB
    scheduler: Scheduler
    weather: Weather
    trace: Trace
    random: Random
    entropy: Callable[[int], bytes]
    log: MemoryLog = field(default_factory=MemoryLog)
    processes: list[Process] = field(default_factory=list)
    _copies: list[tuple[str, Any]] = field(default_factory=list)

    @contextmanager
    def serve(self, function: str, tenant: str | None = None) -> Iterator[Process]:
        """A process of `function` for one request of `tenant`: a warm one, or where none is idle a new one."""
        idle = [process for process in self.processes if process.function == function and not process.busy]
        process = self.random.choice(idle) if idle else self._start(function)
        process.busy, process.wire.tenant = True, tenant
        try:
            yield process
        except Crash:
            self.processes.remove(process)
            raise
        finally:
            process.busy, process.wire.tenant = False, None

    def _start(self, function: str) -> Process:
        self.trace.note("start", function)
        module = _copy(function)
        self._copies.append((function, module))
        wire = Wire(self.database, self.weather, self.trace, self.scheduler.pause)
        vault = EnvelopeVault(self.keys(wire), lambda: self.scheduler.clock.instant.timestamp())
        store = DynamoEventStore(wire, WORLDS, self.scheduler.clock, self.log, vault)
        projections = DynamoProjections(wire, PROJECTIONS, vault)
        locations = DynamoLocations(wire, LOCATIONS, vault, self.scheduler.clock)
        parts = {
            "event_store": lambda: store,
            "projections": lambda: projections,
            "locations": lambda: locations,
            "CLOCK": self.scheduler.clock,
            "RECORDER": self.recorder(),
            "Recorder": partial(Recorder, entropy=self.entropy),
            "CommandDesk": partial(CommandDesk, pause=self.scheduler.pause),
        }
        vars(module).update({name: part for name, part in parts.items() if hasattr(module, name)})
        if hasattr(module, "desk"):
            module.desk.cache_clear()
        process = Process(function, module, wire, store)
        self.processes.append(process)
        return process

    def keys(self, wire: Wire) -> KmsPlayerKeys:
        """The players' keys, as a process on this wire reaches them."""
        kms = Kms(wire.weather, wire.trace, wire.pause)
        return KmsPlayerKeys(wire, KEYS, kms, WRAPPING_KEY, self.scheduler.clock)

    @cached_property
    def calm(self) -> Wire:
        """A network without faults or delays, for those who only watch."""
        return Wire(self.database, Weather(Random(0), calm=True), Trace(), lambda seconds: None)

    @cached_property
    def calm_vault(self) -> EnvelopeVault:
        return EnvelopeVault(self.keys(self.calm))

    def calm_store(self) -> DynamoEventStore:
        """An event store on the calm network, without a cache, as a new process has it."""
        return DynamoEventStore(self.calm, WORLDS, self.scheduler.clock, self.log, self.calm_vault)

    def recorder(self) -> Recorder:
        return Recorder(self.scheduler.clock, self.entropy)

    def project(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The projector's answer to a batch of the stream; None when all of the batch failed."""
        with self.serve("projector") as process:
            try:
                answer: dict[str, Any] | None = process.module.lambda_handler(event, None)
            except BatchProcessingError:
                answer = None
            errors = [error for _, error, _ in process.module.BATCH.exceptions]
            if unexpected := [error for error in errors if not isinstance(error, Unavailable)]:
                raise Violation(f"the projector failed: {unexpected!r}") from unexpected[0]
            return answer

    def close(self) -> None:
        """Give the modules back."""
        for function, module in self._copies:
            _spare[function].append(module)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Whatever the doors log is kept; an unexpected error ends the run."""

        def failure(message: str, error: Exception) -> None:
            raise Violation(f"{message}: {error!r}") from error

        kept = {"info": self.log.info, "warning": self.log.warning, "error": self.log.error, "failure": failure}
        vars(LOG).update(kept, bind=lambda correlation_id: None)
        try:
            yield
        finally:
            for name in (*kept, "bind"):
                delattr(LOG, name)


def forget_copies() -> None:
    """Later processes start from modules that are read anew."""
    _spare.clear()

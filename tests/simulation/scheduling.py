"""Many tasks, one thread, one order: who runs next is drawn from the seed, and only at the points where tasks wait."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

START = datetime(2026, 11, 23, 18, tzinfo=UTC)
STEPS_LIMIT = 200_000


@dataclass
class SimulatedClock:
    """`kernel.clock.Clock`: moves when the scheduler says so, and may be set wrong by `skew`."""

    instant: datetime = START
    skew: timedelta = timedelta()

    def now(self) -> datetime:
        return self.instant + self.skew


@dataclass(eq=False)
class Task:
    """Something that runs until it waits. `error` is what ended it, if anything did."""

    name: str
    run: greenlet
    wake_at: datetime = START
    awaited: "Task | None" = None
    error: BaseException | None = None
    result: Any = None

    @property
    def done(self) -> bool:
        return bool(self.run.dead)


@dataclass
class Scheduler:
    """Runs tasks one at a time. A step takes between 0 and 20 ms of simulated time.

    A task may end by an error of the `survivable` types; every other error ends the run.
    """

    random: Random
    survivable: tuple[type[BaseException], ...] = ()
    clock: SimulatedClock = field(default_factory=SimulatedClock)
    tasks: list[Task] = field(default_factory=list)
    steps: int = 0
    current: Task | None = None

    def spawn(self, name: str, body: Callable[[], Any]) -> Task:
        """Begin a task; it runs when its turn comes."""

        def run() -> None:
            try:
                task.result = body()
            except BaseException as error:
                task.error = error

        task = Task(name, greenlet(run, parent=self._main), wake_at=self.clock.instant)
        self.tasks.append(task)
        return task

    def __post_init__(self) -> None:
        self._main = getcurrent()

    def pause(self, seconds: float = 0) -> None:
        """Let others run, and go on no sooner than in `seconds`."""
        task = self.current
        if task is not None:  # outside of all tasks nothing waits
            task.wake_at = self.clock.instant + timedelta(seconds=seconds)
            self._main.switch()

    def join(self, awaited: Task, patience_s: float) -> bool:
        """Wait for a task, at most `patience_s` seconds; says whether it has ended."""
        task = self.current
        assert task is not None
        task.awaited, task.wake_at = awaited, self.clock.instant + timedelta(seconds=patience_s)
        self._main.switch()
        task.awaited = None
        return awaited.done

    def run(self) -> None:
        """Run every task to its end, those too that they begin."""
        while self.tasks:
            task = self._next()
            self.steps += 1
            assert self.steps < STEPS_LIMIT, "the simulation does not come to an end"
            self.clock.instant += timedelta(microseconds=self.random.randrange(20_000))
            self.current = task
            task.run.switch()
            self.current = None
            if task.done:
                self.tasks.remove(task)
                if task.error is not None and not isinstance(task.error, self.survivable):
                    raise task.error

    def _next(self) -> Task:
        now = self.clock.instant
        ready = [task for task in self.tasks if task.wake_at <= now or (task.awaited is not None and task.awaited.done)]
        if not ready:
            self.clock.instant = min(task.wake_at for task in self.tasks)
            return self._next()
        return ready[self.random.randrange(len(ready))]

"""One call of the bronze tier, with everything around it in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.models import bronze
from bodybroker.models.bronze import Asked
from bodybroker.services.ask_bronze import Receiver, Submitter
from bodybroker.services.pay_bronze import Till
from bodybroker.services.sweep_bronze import Sweeper

from tests.fakes.bronze import MemoryInferences, MemoryObjects, QueueingModel, WaitingTasks, completion, places
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.log import MemoryLog

PLAYER = "01890000-0000-7000-8000-000000000001"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SETTINGS = bronze.load()
ASKED = Asked("call-1", "quest", PLAYER, "premium", None, "s3://bucket/requests/call-1.json")
QUESTION = {
    "call_id": "call-1",
    "job": "quest",
    "payer": {"player": PLAYER, "plan": "premium"},
    "request": {"messages": [{"role": "user", "content": "Where is the vault?"}], "max_tokens": 100},
}


@dataclass
class Bench:
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    inferences: MemoryInferences = field(default_factory=MemoryInferences)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    tasks: WaitingTasks = field(default_factory=WaitingTasks)
    model: QueueingModel = field(default_factory=QueueingModel)
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        self.budgets = MemoryBudgets(clock=self.clock)
        self.submitter = Submitter(self.inferences, self.model, self.tasks, self.clock, SETTINGS)
        self.receiver = Receiver(self.inferences, self.objects, self.tasks, self.clock, SETTINGS, self.log)
        self.sweeper = Sweeper(self.inferences, self.objects, self.tasks, self.budgets, self.clock, SETTINGS, self.log)
        self.till = Till(self.budgets, self.inferences, self.objects, self.clock, SETTINGS, "bucket")

    def submit(self, token: str = "token") -> str:
        """Submit for a task that waits."""
        self.tasks.waiting.add(token)
        return self.submitter.submit(token, ASKED)

    def answer(self, inference_id: str, body: bytes | None = None) -> None:
        """The endpoint stores an answer."""
        self.objects.put(places(inference_id).output, completion() if body is None else body)

    def receive(self, message: str) -> None:
        self.receiver.receive(bronze.read_notification(message))

    def later(self, seconds: int) -> None:
        self.clock.instant += timedelta(seconds=seconds)


@pytest.fixture
def bench() -> Bench:
    return Bench()

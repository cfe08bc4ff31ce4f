"""Worlds in memory, and a clock that stands still."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.services.create_world import create_world
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.recording import Recorder
from bodybroker.world import rules
from bodybroker.world.commands import Wait

from tests.fakes.event_store import MemoryEventStore

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Game:
    store: MemoryEventStore = field(default_factory=MemoryEventStore)
    pauses: list[float] = field(default_factory=list)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.clock)
        self.desk = CommandDesk(self.store, rules.load(), self.recorder, self.pauses.append)

    def begin(self, command_id: str = "begin", seed: int | None = 7) -> WorldKey:
        return create_world(self.store, rules.load(), self.recorder, PLAYER, command_id, seed, "night")[0]

    def wait(self, key: WorldKey, command_id: str, expected: int | None = None):
        return self.desk.handle(key, Submission(command_id, "wait", Wait(type="wait", minutes=1), expected))


@pytest.fixture
def game() -> Game:
    return Game()

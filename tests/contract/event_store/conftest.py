"""The two event stores that the contract holds for, and worlds to play with."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from bodybroker.adapters.event_store import DynamoEventStore
from bodybroker.adapters.vault import EnvelopeVault
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import BranchId, PlayerId, WorldKey
from bodybroker.ports.worlds import EventStore
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.create_world import create_world
from bodybroker.services.delete_branch import delete_branch
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.read_history import read_history
from bodybroker.services.recording import Outcome, Recorder
from bodybroker.services.switch_branch import switch_branch
from bodybroker.world import rules
from bodybroker.world.commands import Wait
from bodybroker.world.events import Recorded

from tests.fakes.event_store import MemoryEventStore
from tests.fakes.log import MemoryLog
from tests.fakes.vault import MemoryKeys

PLAYER = PlayerId("01890000-0000-7000-8000-000000000001")


@dataclass
class DynamoStore:
    """The store under test together with what a test wants to reach behind it."""

    store: DynamoEventStore
    client: Any
    table: str
    log: MemoryLog
    keys: MemoryKeys

    def fresh(self) -> DynamoEventStore:
        """The store as another process sees it."""
        return DynamoEventStore(self.client, self.table, SystemClock(), self.log, EnvelopeVault(self.keys))


@pytest.fixture
def dynamo(aws_client: Callable[[str], Any], table: str) -> DynamoStore:
    client, log, keys = aws_client("dynamodb"), MemoryLog(), MemoryKeys(open_house=True)
    store = DynamoEventStore(client, table, SystemClock(), log, EnvelopeVault(keys))
    return DynamoStore(store, client, table, log, keys)


@pytest.fixture(params=["memory", "dynamodb"])
def event_store(request: pytest.FixtureRequest) -> EventStore:
    if request.param == "memory":
        return MemoryEventStore()
    return request.getfixturevalue("dynamo").store


class Game:
    """Plays on a store, through the services and nothing else."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.recorder = Recorder(SystemClock())
        self.desk = CommandDesk(store, rules.load(), self.recorder)
        self._ids = count()

    def begin(self, player: PlayerId = PLAYER, seed: int = 7, command_id: str | None = None) -> WorldKey:
        command_id = command_id or self.new_id()
        return create_world(self.store, rules.load(), self.recorder, player, command_id, seed, "night")[0]

    def wait(
        self, key: WorldKey, minutes: int = 1, command_id: str | None = None, expected: int | None = None
    ) -> Outcome:
        submission = Submission(
            command_id or self.new_id(), f"wait {minutes}", Wait(type="wait", minutes=minutes), expected
        )
        return self.desk.handle(key, submission)

    def rewind(self, key: WorldKey, version: int, command_id: str | None = None) -> Outcome:
        return self.fork(key, Fork(version), command_id)

    def fork(self, key: WorldKey, fork: Fork, command_id: str | None = None) -> Outcome:
        return branch_world(self.store, self.recorder, key, command_id or self.new_id(), fork)

    def switch(self, key: WorldKey, branch: BranchId, command_id: str | None = None) -> Outcome:
        return switch_branch(self.store, self.recorder, key, command_id or self.new_id(), branch)

    def delete(self, key: WorldKey, branch: BranchId, command_id: str | None = None) -> bool:
        return delete_branch(self.store, key, command_id or self.new_id(), branch)

    def history(self, key: WorldKey, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        return list(read_history(self.store, key, after, limit).events)

    def new_id(self) -> str:
        return f"command-{next(self._ids)}"


@pytest.fixture
def game(event_store: EventStore) -> Game:
    return Game(event_store)


@pytest.fixture
def dynamo_game(dynamo: DynamoStore) -> Game:
    return Game(dynamo.store)

"""Use case: a command, or a batch of them. Load, decide, append in one transaction; on a conflict decide again.

What is decided again is decided on what is true by then.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from secrets import randbelow

from bodybroker.kernel.errors import BrokerError, Conflict, Refused
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.ports.worlds import COMMIT_EVENTS, Commit, Contended, EventStore, Head, Loaded, Receipt, Repeated, Stale
from bodybroker.services.read_world import read_outcome, read_world
from bodybroker.services.recording import Outcome, Recorder, same_payload
from bodybroker.world import apply, decide
from bodybroker.world.commands import Command, Internal
from bodybroker.world.events import Event
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

ATTEMPTS = 5
FIRST_PAUSE_MS = 100
"""The longest that the first pause may be. The limit doubles with every attempt; a pause is a random part of it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Commands that are carried out in their order: all of them, or none."""

    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A command or a batch under its idempotency key. `payload_hash` covers everything that the caller sent.

    With `expected_version` the caller insists on the world that it saw: another version is a Conflict at once. With
    `expected_branch` it insists only on the line of history: after a rewind nobody acts on what never was.
    """

    command_id: str
    payload_hash: str
    command: Command | Internal | Batch
    expected_version: int | None = None
    expected_branch: BranchId | None = None


@dataclass(frozen=True, slots=True)
class CommandDesk:
    """Handles commands. `pause` sleeps for so many seconds between attempts."""

    store: EventStore
    rules: Rules
    recorder: Recorder
    pause: Callable[[float], None] = time.sleep

    def handle(self, key: WorldKey, submission: Submission) -> Outcome:
        """Carry the command out, or give the first result again where that has been done.

        Raises NotFound, Refused (the rule's code; in a batch with the `index` of the command; or `batch_too_large`,
        `idempotency_key_reused`) or Conflict; then nothing is stored.
        """
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                self.pause(randbelow(FIRST_PAUSE_MS << (attempt - 1)) / 1000)
            loaded = read_world(self.store, key)
            try:
                return self._carry_out(key, loaded, submission)
            except Repeated as repeated:
                return read_outcome(self.store, key, same_payload(repeated.receipt, submission.payload_hash))
            except Stale as stale:
                if submission.expected_version is not None:
                    raise _conflict(stale.current_version or loaded.head.version) from stale
            except Contended:
                continue
        raise _conflict(read_world(self.store, key).head.version)

    def _carry_out(self, key: WorldKey, loaded: Loaded, submission: Submission) -> Outcome:
        head = loaded.head
        try:
            if submission.expected_version not in (None, head.version):
                raise _conflict(head.version)
            if submission.expected_branch not in (None, head.branch_id):
                raise _conflict(head.version)
            decided = self._decide(loaded.state, submission.command)
        except (Refused, Conflict):
            self._raise_if_repeated(key, submission)
            raise
        recorded = self.recorder.record(decided, head.version, submission.command_id)
        state = apply.fold(decided, loaded.state)
        after = replace(head, version=state.version, updated_at=recorded[-1].recorded_at)
        self.store.commit(key, Commit(head, after, recorded, _receipt(key, after, len(recorded), submission)))
        return Outcome(after, state, recorded)

    def _decide(self, state: State, command: Command | Internal | Batch) -> list[Event]:
        if not isinstance(command, Batch):
            return decide.decide(state, command, self.rules)
        decided: list[Event] = []
        for index, single in enumerate(command.commands):
            try:
                events = decide.decide(state, single, self.rules)
                if len(decided) + len(events) > COMMIT_EVENTS:
                    raise Refused("batch_too_large", f"What it brings about is more than {COMMIT_EVENTS} events.")
            except Refused as refused:
                refused.extra["index"] = index
                raise
            decided += events
            state = apply.fold(events, state)
        return decided

    def _raise_if_repeated(self, key: WorldKey, submission: Submission) -> None:
        """What is refused today may be the repetition of what was carried out yesterday."""
        receipt = self.store.receipt(key, submission.command_id)
        if receipt is not None:
            raise Repeated(receipt)


def _receipt(key: WorldKey, after: Head, events: int, submission: Submission) -> Receipt:
    return Receipt(submission.command_id, submission.payload_hash, key.world, after.ordinal, after.version, events)


def _conflict(current_version: int) -> BrokerError:
    return Conflict("The world has moved on.", current_version=current_version)

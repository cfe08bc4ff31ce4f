"""The event store in memory: the whole port in a few lines, safe for threads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.ports import Branch, Commit, Head, Loaded, Receipt, Repeated, Stale
from bodybroker.world.apply import fold
from bodybroker.world.events import Recorded
from bodybroker.world.state import State


@dataclass
class _World:
    head: Head
    branches: list[Branch] = field(default_factory=list)
    events: dict[int, list[Recorded]] = field(default_factory=dict)
    snapshots: dict[tuple[int, int], State] = field(default_factory=dict)


class MemoryEventStore:
    """`ports.EventStore`; a lock makes each call atomic."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._worlds: dict[WorldKey, _World] = {}
        self._receipts: dict[tuple[WorldKey | PlayerId, str], Receipt] = {}

    def load(self, key: WorldKey) -> Loaded | None:
        with self._lock:
            if key not in self._worlds:
                return None
            world = self._worlds[key]
            head = world.head
            snapshots = [version for ordinal, version in world.snapshots if ordinal == head.ordinal]
            state = self._state_at(world, head.ordinal, head.version)
            assert state is not None
            return Loaded(head, state, head.version - max(snapshots, default=0))

    def state_at(self, key: WorldKey, ordinal: int, version: int) -> State | None:
        with self._lock:
            return self._state_at(self._worlds[key], ordinal, version)

    def _state_at(self, world: _World, ordinal: int, version: int) -> State | None:
        events = [recorded.event for recorded in self._lineage(world, world.branches[: ordinal + 1])]
        return fold(events[:version]) if 0 < version <= len(events) else None

    def _lineage(self, world: _World, branches: Sequence[Branch]) -> list[Recorded]:
        branch = branches[-1]
        older = [] if branch.parent is None else self._lineage(world, branches[: branch.parent + 1])
        return older[: branch.forked_at] + world.events[branch.ordinal]

    def commit(self, key: WorldKey, commit: Commit) -> None:
        with self._lock:
            scope = key.player if commit.before is None else key
            if first := self._receipts.get((scope, commit.receipt.command_id)):
                raise Repeated(first)
            world = self._worlds.get(key)
            if (world.head if world else None) != commit.before:
                raise Stale(world.head.version if world else None)
            if world is None:
                world = self._worlds[key] = _World(commit.after)
            world.head = commit.after
            if commit.branch is not None:
                world.branches.append(commit.branch)
                world.events[commit.branch.ordinal] = []
            if commit.snapshot is not None:
                world.snapshots[commit.after.ordinal, commit.snapshot.version] = commit.snapshot
            world.events[commit.after.ordinal].extend(commit.recorded)
            self._receipts[scope, commit.receipt.command_id] = commit.receipt

    def receipt(self, key: WorldKey, command_id: str) -> Receipt | None:
        with self._lock:
            return self._receipts.get((key, command_id))

    def history(self, key: WorldKey, branches: Sequence[Branch], after: int, limit: int) -> Sequence[Recorded]:
        with self._lock:
            return self._lineage(self._worlds[key], branches)[after : after + limit]

    def branches(self, key: WorldKey) -> Sequence[Branch]:
        with self._lock:
            return list(self._worlds[key].branches) if key in self._worlds else []

    def save_snapshot(self, key: WorldKey, ordinal: int, state: State) -> None:
        with self._lock:
            self._worlds[key].snapshots[ordinal, state.version] = state

    def worlds(self, cursor: str | None, limit: int) -> tuple[Sequence[WorldKey], str | None]:
        start = int(cursor or 0)
        keys = list(self._worlds)
        return keys[start : start + limit], str(start + limit) if start + limit < len(keys) else None

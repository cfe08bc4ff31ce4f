"""The event store in memory: the whole port in a few lines, safe for threads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from bodybroker.kernel.ids import BranchId, PlayerId, WorldKey
from bodybroker.ports.worlds import Commit, Head, Loaded, Receipt, Repeated, Stale
from bodybroker.world.apply import fold
from bodybroker.world.branches import Piece, Point, Stretch, lineage
from bodybroker.world.events import Recorded
from bodybroker.world.state import State


@dataclass
class _World:
    head: Head
    stretches: dict[int, Stretch] = field(default_factory=dict)
    events: dict[int, list[Recorded]] = field(default_factory=dict)
    snapshots: dict[tuple[int, int], State] = field(default_factory=dict)
    deleted: set[BranchId] = field(default_factory=set)


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
        pieces = lineage(list(world.stretches.values()), Point(ordinal, version))
        events = [recorded.event for recorded in self._read(world, pieces)]
        return fold(events) if events else None

    def _read(self, world: _World, pieces: Sequence[Piece]) -> list[Recorded]:
        return [
            recorded
            for piece in pieces
            for recorded in world.events[piece.ordinal]
            if piece.after < recorded.seq <= piece.up_to
        ]

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
            if commit.builds_on in world.deleted or commit.deletes in world.deleted:
                raise Stale(None)
            world.head = commit.after
            if commit.left is not None:
                world.stretches[commit.left.ordinal] = commit.left
            if commit.deletes is not None:
                world.deleted.add(commit.deletes)
            for begins in commit.begins:
                ordinal = begins.stretch.ordinal
                world.stretches[ordinal], world.events[ordinal] = begins.stretch, []
                if begins.state is not None:
                    world.snapshots[ordinal, begins.state.version] = begins.state
            world.events[commit.receipt.ordinal].extend(commit.recorded)
            self._receipts[scope, commit.receipt.command_id] = commit.receipt

    def receipt(self, key: WorldKey, command_id: str) -> Receipt | None:
        with self._lock:
            return self._receipts.get((key, command_id))

    def history(self, key: WorldKey, pieces: Sequence[Piece], after: int, limit: int) -> Sequence[Recorded]:
        with self._lock:
            found = self._read(self._worlds[key], pieces)
            return [recorded for recorded in found if recorded.seq > after][:limit]

    def stretches(self, key: WorldKey) -> Sequence[Stretch]:
        with self._lock:
            if key not in self._worlds:
                return []
            world = self._worlds[key]
            return [stretch for _, stretch in sorted(world.stretches.items()) if stretch.branch_id not in world.deleted]

    def sweep(self, key: WorldKey, limit: int) -> bool:
        with self._lock:
            world = self._worlds[key]
            for ordinal, stretch in sorted(world.stretches.items()):
                if stretch.branch_id in world.deleted:
                    if len(world.events[ordinal]) >= limit:
                        del world.events[ordinal][:limit]
                        return True
                    limit -= len(world.events[ordinal])
                    del world.events[ordinal], world.stretches[ordinal]
            return False

    def save_snapshot(self, key: WorldKey, ordinal: int, state: State) -> None:
        with self._lock:
            self._worlds[key].snapshots[ordinal, state.version] = state

    def worlds(self, cursor: str | None, limit: int) -> tuple[Sequence[WorldKey], str | None]:
        start = int(cursor or 0)
        keys = list(self._worlds)
        return keys[start : start + limit], str(start + limit) if start + limit < len(keys) else None

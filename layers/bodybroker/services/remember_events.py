"""Use case: keep what NPCs remember up to date with the log.

A projection: whatever it holds is a function of the log and can be made again. Each stretch of history is remembered
from where it begins to where it ends, so a rewind or a fork moves nothing: another lineage finds other memories.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import WorldKey
from bodybroker.minds.memory.nights import sleep
from bodybroker.minds.memory.perception import perceive
from bodybroker.minds.memory.records import Changes, place
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.scope import scope
from bodybroker.ports.embeddings import Embeddings, Vector
from bodybroker.ports.memories import Memories, Origin
from bodybroker.ports.worlds import EventStore, Head
from bodybroker.services.read_world import Tree, read_tree, read_world
from bodybroker.world.apply import apply
from bodybroker.world.branches import Point, Stretch, lineage
from bodybroker.world.city.events import PhaseChanged
from bodybroker.world.events import Recorded
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

CHUNK = 200
"""Events that are remembered in one write."""


@dataclass(frozen=True, slots=True)
class Chronicler:
    """Writes NPCs' memories."""

    store: EventStore
    memories: Memories
    embeddings: Embeddings
    world: Rules
    rules: MemoryRules

    def remember(self, key: WorldKey, *, anew: bool = False) -> int:
        """Remember what has happened since the last time, or `anew` all there is; how many events that were.

        Late, repeated and missing calls all lead to the same memories. Those of a world that is gone, or whose player
        is, go with it. Raises Unavailable; then the next call carries on.
        """
        try:
            tree = read_tree(self.store, key)
            behind = self._behind(key, tree, anew)
            return sum(self._catch_up(key, tree, stretch, done) for stretch, done in behind)
        except NotFound:
            self.memories.forget_world(key)
            return 0

    def rebuild(self, key: WorldKey) -> int:
        """Make a world's memories again, whatever there is now; how many events that were.

        Who remembers at the same time may write what is only half known; so we begin anew until the world stood still.
        """
        before = None
        while (head := self._head(key)) != before:
            before = head
            self.memories.forget_world(key)
            events = self.remember(key, anew=True)
        return events if before else 0

    def _head(self, key: WorldKey) -> Head | None:
        try:
            return read_world(self.store, key).head
        except NotFound:
            self.memories.forget_world(key)
            return None

    def forget_deleted_branches(self, key: WorldKey) -> int:
        """Remove what came of branches that are gone; how many documents that were.

        The branches with memories are read first: one that is not there afterwards was deleted, not just begun.
        """
        written = self.memories.branches(key)
        try:
            living = {stretch.branch_id for stretch in self.store.stretches(key)}
        except NotFound:
            return 0
        return self.memories.forget_branches(key, written - living) if living and written - living else 0

    def _behind(self, key: WorldKey, tree: Tree, anew: bool) -> list[tuple[Stretch, int]]:
        """The stretches with something left to remember, each with the event up to which it is remembered.

        They are remembered one after the other, so those before one that is done are done, too.
        """
        behind: list[tuple[Stretch, int]] = []
        for stretch in reversed(tree.stretches):
            done = None if anew else self.memories.remembered_up_to(_origin(key, stretch))
            if done is not None and done >= _end(tree, stretch):
                break
            behind.append((stretch, stretch.forked_at if done is None else done))
        return behind[::-1]

    def _catch_up(self, key: WorldKey, tree: Tree, stretch: Stretch, done: int) -> int:
        begin, end, origin = done, _end(tree, stretch), _origin(key, stretch)
        pieces = lineage(tree.stretches, Point(stretch.ordinal, end))
        state = self.store.state_at(key, stretch.ordinal, done) if done else None
        while done < end:
            chunk = self.store.history(key, pieces, done, CHUNK)
            state = self._chunk(origin, tree, state, chunk)
            done = chunk[-1].seq
        if begin == end:  # it has begun, and that is all
            self.memories.put(origin, (), {}, up_to=end)
        return end - begin

    def _chunk(self, origin: Origin, tree: Tree, state: State | None, chunk: Sequence[Recorded]) -> State | None:
        """Remember some events; the state after them. What a night comes to is read off what is remembered of it."""
        changes: list[Changes] = []
        for recorded in chunk:
            at = place(origin.ordinal, recorded.seq)
            if state is not None and _is_dawn(recorded):
                self._put(origin, changes, recorded.seq - 1)
                changes = self._dawn(origin, tree, state, recorded)
            else:
                changes.append(perceive(state, recorded.event, at, self.world, self.rules))
            state = apply(state, recorded.event)
        self._put(origin, changes, chunk[-1].seq)
        return state

    def _dawn(self, origin: Origin, tree: Tree, state: State, dawn: Recorded) -> list[Changes]:
        at, event = place(origin.ordinal, dawn.seq), dawn.event
        assert isinstance(event, PhaseChanged)
        before = lineage(tree.stretches, Point(origin.ordinal, dawn.seq - 1))
        self.memories.settle()
        kept = ((npc_id, self.memories.every(scope(origin.key, npc_id, before))) for npc_id in sorted(state.npcs))
        slept = [sleep(records, at, event.minute, self.world.clock, self.rules) for _, records in kept if records]
        return [perceive(state, event, at, self.world, self.rules), *slept]

    def _put(self, origin: Origin, changes: Sequence[Changes], up_to: int) -> None:
        kept = [change for change in changes if change.records or change.ended]
        self.memories.put(origin, kept, self._vectors(kept), up_to)

    def _vectors(self, changes: Sequence[Changes]) -> dict[str, Vector]:
        records = [record for change in changes for record in change.records]
        vectors = self.embeddings.embed([record.text for record in records]) if records else []
        return {record.record_id: vector for record, vector in zip(records, vectors, strict=True)}


def _end(tree: Tree, stretch: Stretch) -> int:
    return tree.loaded.head.version if stretch.tip is None else stretch.tip


def _origin(key: WorldKey, stretch: Stretch) -> Origin:
    return Origin(key, stretch.branch_id, stretch.ordinal)


def _is_dawn(recorded: Recorded) -> bool:
    return isinstance(recorded.event, PhaseChanged) and recorded.event.phase == "day"

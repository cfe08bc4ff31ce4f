"""Use case: what comes to an NPC's mind. Asked when an encounter is prepared, never while a line is waited for."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.kernel.log import Log
from bodybroker.minds.memory.names import Names
from bodybroker.minds.memory.queries import Candidate, Query, Recollection
from bodybroker.minds.memory.questions import understand
from bodybroker.minds.memory.retrieval import remember
from bodybroker.minds.memory.rules import MemoryRules
from bodybroker.minds.memory.scope import Scope, scope
from bodybroker.minds.memory.telling import lines
from bodybroker.ports.embeddings import Embeddings, Vector
from bodybroker.ports.memories import Memories
from bodybroker.ports.worlds import EventStore, Head, Loaded
from bodybroker.world.branches import Point, lineage
from bodybroker.world.rules import Rules

NOTHING = Recollection((), answers=False)


@dataclass(frozen=True, slots=True)
class Recall:
    """Asks NPCs' memories."""

    store: EventStore
    memories: Memories
    embeddings: Embeddings
    world: Rules
    rules: MemoryRules
    log: Log

    def recall(self, key: WorldKey, loaded: Loaded, npc_id: EntityId, said: str = "") -> Recollection:
        """What the NPC has in mind about what was `said`, or about nothing in particular.

        When memory is out of order the NPC remembers nothing, and the conversation goes on.
        """
        state = loaded.state
        names = Names.of(state, frozenset(self.world.parts.parts))
        query = understand(said, state.minute, names, self.world.clock, self.rules)
        try:
            mine = self.scope(key, loaded.head, npc_id)
            return remember(query, lambda asked: self._find(mine, asked), self.world.clock, self.rules)
        except Unavailable as error:
            self.log.warning("not_recalled", npc_id=npc_id, reason=error.detail)
            return NOTHING

    def in_mind(self, key: WorldKey, loaded: Loaded, npc_id: EntityId, said: str, most: int) -> tuple[str, ...]:
        """`recall` in sentences for a prompt, `most` memories of it."""
        return lines(self.recall(key, loaded, npc_id, said), loaded.state.minute, self.world.clock, most)

    def scope(self, key: WorldKey, head: Head, npc_id: EntityId) -> Scope:
        """What the NPC may remember: what has happened on the way to where the world stands."""
        return scope(key, npc_id, lineage(self.store.stretches(key), Point(head.ordinal, head.version)))

    def _find(self, mine: Scope, query: Query) -> Sequence[Candidate]:
        return self.memories.find(mine, query, self._vector(query.text))

    def _vector(self, text: str) -> Vector | None:
        """Without the embedding model words have to do."""
        if not text.strip():
            return None
        try:
            return self.embeddings.embed([text])[0]
        except Unavailable as error:
            self.log.warning("not_embedded", reason=error.detail)
            return None

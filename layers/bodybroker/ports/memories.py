"""What NPCs remember: a projection of the log, found by words, by meaning and by what is exactly asked.

Nothing can be asked without a `Scope`, which names the player, the world, the NPC and the line of history: what lies
outside of it does not exist for whoever asks.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from bodybroker.kernel.ids import BranchId, PlayerId, WorldKey
from bodybroker.minds.memory.queries import Candidate, Query
from bodybroker.minds.memory.records import Changes, Record
from bodybroker.minds.memory.scope import Scope
from bodybroker.ports.embeddings import Vector


@dataclass(frozen=True, slots=True)
class Origin:
    """The stretch of history whose events bring memories about."""

    key: WorldKey
    branch_id: BranchId
    ordinal: int


class ForgetsMemories(Protocol):
    """The memories of all NPCs, to be removed. Every method raises Unavailable when the store does not answer."""

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        """Remove what came of these branches; how many documents that were."""

    def forget_world(self, key: WorldKey) -> int:
        """Remove all of a world; how many documents that were. Nothing of it is found when it returns."""

    def forget_player(self, player: PlayerId) -> int:
        """Remove all of a player; how many documents that were. Nothing of the player is found when it returns."""


class Memories(ForgetsMemories, Protocol):
    """The memories of all NPCs."""

    def find(self, scope: Scope, query: Query, vector: Vector | None) -> Sequence[Candidate]:
        """Up to `query.limit` candidates by words, as many by meaning (with a `vector`) and as many of the exact side
        (the newest, or the oldest where the first time is meant); each once, in no order.

        A query that asks for nothing gets the newest and the most important. Raises Shredded.
        """

    def every(self, scope: Scope) -> Sequence[Record]:
        """All that the NPC remembers, the oldest first. Raises Shredded."""

    def settle(self) -> None:
        """Wait until all that was put before can be found: otherwise it may take a second."""

    def put(
        self, origin: Origin, changes: Sequence[Changes], vectors: Mapping[str, Vector], up_to: int | None = None
    ) -> None:
        """Keep what events of the stretch brought about, in their order; twice is as good as once.

        `vectors` by record; a record without one is found by words only. With `up_to` the stretch counts as remembered
        up to that event. Raises Shredded.
        """

    def remembered_up_to(self, origin: Origin) -> int | None:
        """Up to which event the stretch is remembered; None where it is not at all."""

    def branches(self, key: WorldKey) -> Set[BranchId]:
        """The branches of which anything is kept."""

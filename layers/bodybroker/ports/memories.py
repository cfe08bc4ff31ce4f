"""What NPCs remember: a projection of the log, found by words and by meaning.

No question can be asked without a `Scope`, which names the player, the world, the NPC and the line of history: what
lies outside of it does not exist for whoever asks.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldKey
from bodybroker.ports.embeddings import Vector
from bodybroker.world.branches import Piece


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose memories, and on which line of history: `lineage` as `world.branches.lineage` gives it."""

    key: WorldKey
    npc_id: EntityId
    lineage: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One memory of one NPC.

    `record_id` is unique in the world's line of history and a function of the log alone. `seq` is the version of the
    newest event that it rests on, `sources` all of them; `minute` the game minute of what is remembered. `importance`
    is 0..100. `replaces` names older memories that this one makes superfluous for whoever can see it.
    """

    record_id: str
    npc_id: EntityId
    seq: int
    minute: int
    kind: str
    text: str
    about: tuple[EntityId, ...]
    importance: int
    sources: tuple[int, ...]
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody wants to remember: in words, and whom it concerns. `limit` counts candidates of either kind."""

    text: str
    about: tuple[EntityId, ...] = ()
    limit: int = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate. `words` is its BM25 score, `meaning` the cosine in 0..1 (0 where it was not found that way)."""

    record: Record
    words: float
    meaning: float


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory as it is kept, with its vector; None where it could not be embedded: words still find it."""

    record: Record
    vector: Vector | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The stretch of history whose events a batch of memories comes from."""

    key: WorldKey
    branch_id: BranchId
    ordinal: int


class Memories(Protocol):
    """The memories of all NPCs. Every method raises Unavailable when the store does not answer."""

    def search(self, scope: Scope, query: Query, vector: Vector | None) -> Sequence[Hit]:
        """The best candidates by words, and by meaning where there is a `vector`; each once, in no order."""

    def remembered(self, scope: Scope, limit: int) -> Sequence[Record]:
        """Up to `limit` memories of the scope, the newest first: what merging and reflecting look at."""

    def put(self, origin: Origin, kept: Sequence[Kept], up_to: int) -> None:
        """Keep memories, in place of earlier ones of their ids; the stretch is now remembered up to event `up_to`."""

    def remembered_up_to(self, origin: Origin) -> int | None:
        """Up to which event the stretch is remembered; None where nothing of it is."""

    def branches(self, key: WorldKey) -> Set[BranchId]:
        """The branches of which anything is kept."""

    def forget_branches(self, key: WorldKey, gone: Set[BranchId]) -> int:
        """Remove what comes from these branches; how many documents that were."""

    def forget_world(self, key: WorldKey) -> int:
        """Remove all of a world; how many documents that were."""

    def forget_player(self, player: PlayerId) -> int:
        """Remove all of a player; how many documents that were. Nothing of the player is found when it returns."""

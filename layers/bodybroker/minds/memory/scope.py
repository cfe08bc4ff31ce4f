"""Whose memories, in which history: without a scope nothing can be asked of the store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.minds.memory.records import Record, place
from bodybroker.world.branches import Piece


@dataclass(frozen=True, slots=True)
class Scope:
    """The memories of one NPC in one line of history of one player's world.

    `lineage` comes from `branches.lineage`: its pieces lead from the first event to where the world stands. A memory of
    an event outside it belongs to another branch, or to a future that was rewound.
    """

    key: WorldKey
    npc_id: EntityId
    lineage: tuple[Piece, ...]

    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The places of the scope's events: lowest and highest of each piece, both included."""
        return tuple((place(p.ordinal, p.after + 1), place(p.ordinal, p.up_to)) for p in self.lineage)

    def reaches(self, at: int) -> bool:
        """Whether the event at that place is part of this history."""
        return any(low <= at <= high for low, high in self.ranges())

    def holds(self, record: Record, ended: Iterable[int] = ()) -> bool:
        """Whether the NPC has that memory here; `ended` are the places at which it stopped to hold."""
        mine = record.npc_id == self.npc_id and self.reaches(record.place)
        return mine and not any(self.reaches(at) for at in ended)


def scope(key: WorldKey, npc_id: EntityId, pieces: Sequence[Piece]) -> Scope:
    """The scope of an NPC on the lineage `pieces`; ValueError where they are none or not one line."""
    if not pieces or any(a.up_to != b.after for a, b in pairwise(pieces)):
        raise ValueError("a lineage has pieces without gaps")
    return Scope(key, npc_id, tuple(pieces))

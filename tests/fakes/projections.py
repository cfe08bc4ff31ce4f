"""Read models in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.ports.worlds import Summary


@dataclass
class MemoryProjections:
    """`ports.Projections`."""

    rows: dict[tuple[PlayerId, WorldId], Summary] = field(default_factory=dict)

    def put(self, player: PlayerId, summary: Summary) -> bool:
        there = self.rows.get((player, summary.world_id))
        if there and (there.ordinal, there.last_seq) >= (summary.ordinal, summary.last_seq):
            return False
        self.rows[player, summary.world_id] = summary
        return True

    def replace(self, player: PlayerId, summary: Summary) -> None:
        self.rows[player, summary.world_id] = summary

    def list_worlds(self, player: PlayerId, cursor: WorldId | None, limit: int) -> Sequence[Summary]:
        mine = sorted(world for owner, world in self.rows if owner == player)
        return [self.rows[player, world] for world in mine if world > (cursor or "")][:limit]

    def remove(self, player: PlayerId, world: WorldId) -> None:
        self.rows.pop((player, world), None)

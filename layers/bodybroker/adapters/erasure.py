"""Removing what players leave behind in the tables of worlds, encounters and locations, by keys alone."""

from collections.abc import Sequence
from typing import Any

from bodybroker.adapters import event_rows as rows
from bodybroker.adapters.removal import remove_ranges, sort_keys
from bodybroker.kernel.ids import PlayerId, WorldKey

EVERYTHING = ("!", "~")
"""Sort keys are ASCII."""
HEAD = (rows.HEAD, rows.HEAD)


class DynamoErasure:
    """`ports.Erasure` on the tables whose partitions are worlds."""

    def __init__(self, client: Any, worlds_table: str, *beside: str) -> None:
        """`beside`: the other tables that have a partition for each world."""
        self._client = client
        self._worlds_table = worlds_table
        self._beside = beside

    def worlds(self, player: PlayerId) -> Sequence[WorldKey]:
        found = sort_keys(self._client, self._worlds_table, _partition(player), rows.WORLDS, f"{rows.WORLDS}~")
        return [WorldKey(player, rows.world_of(sort_key)) for sort_key in found]

    def erase_world(self, key: WorldKey) -> None:
        """The row that tells of the world goes last: until then an erasure that was cut off finds it again."""
        pk, entry = rows.partition(key), rows.world_row(key.world)["sk"]
        remove_ranges(self._client, self._worlds_table, pk, [HEAD, EVERYTHING])
        for table in self._beside:
            remove_ranges(self._client, table, pk, [EVERYTHING])
        remove_ranges(self._client, self._worlds_table, _partition(key.player), [(entry, entry)])

    def erase_player(self, player: PlayerId) -> None:
        remove_ranges(self._client, self._worlds_table, _partition(player), [EVERYTHING])


def _partition(player: PlayerId) -> str:
    return f"P#{player}"

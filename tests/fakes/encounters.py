"""Encounters in memory."""

from collections.abc import Sequence

from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.minds.encounters import Encounter
from bodybroker.ports.encounters import Opening
from bodybroker.ports.worlds import EventStore

from tests.fakes.tapes import MemoryTapes


class MemoryEncounters:
    """`ports.Encounters` beside a store of events; `opened` counts the reads before first tokens."""

    def __init__(self, store: EventStore, tapes: MemoryTapes | None = None) -> None:
        self._store = store
        self._tapes = tapes or MemoryTapes()
        self._rows: dict[tuple[WorldKey, EntityId], Encounter] = {}
        self.opened = 0

    def open(self, key: WorldKey, npc_ids: Sequence[EntityId], command_id: str) -> Opening:
        self.opened += 1
        loaded = self._store.load(key)
        return Opening(
            head=loaded.head if loaded else None,
            receipt=self._store.receipt(key, command_id),
            encounters={npc_id: found for npc_id in npc_ids if (found := self.find(key, npc_id)) is not None},
            floor=self._tapes.floor(key),
        )

    def find(self, key: WorldKey, npc_id: EntityId) -> Encounter | None:
        return self._rows.get((key, npc_id))

    def put(self, key: WorldKey, encounter: Encounter) -> None:
        self._rows[key, encounter.npc_id] = encounter

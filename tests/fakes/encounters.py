"""Encounters in memory."""

from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.minds.encounters import Encounter
from bodybroker.ports.encounters import Opening
from bodybroker.ports.worlds import EventStore


class MemoryEncounters:
    """`ports.Encounters` beside a store of events; `opened` counts the reads before first tokens."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._rows: dict[tuple[WorldKey, EntityId], Encounter] = {}
        self.opened = 0

    def open(self, key: WorldKey, npc_id: EntityId, command_id: str) -> Opening:
        self.opened += 1
        loaded = self._store.load(key)
        return Opening(
            head=loaded.head if loaded else None,
            receipt=self._store.receipt(key, command_id),
            encounter=self.find(key, npc_id),
        )

    def find(self, key: WorldKey, npc_id: EntityId) -> Encounter | None:
        return self._rows.get((key, npc_id))

    def put(self, key: WorldKey, encounter: Encounter) -> None:
        self._rows[key, encounter.npc_id] = encounter

"""What a turn of talk starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.minds.encounters import Encounter
from bodybroker.minds.floor import Floor
from bodybroker.ports.worlds import Head, Receipt


@dataclass(frozen=True, slots=True)
class Opening:
    """What a turn starts from, seen at one instant.

    `encounters` as they were last prepared, current or not, by NPC; `receipt` where the turn has been carried out
    before; `floor` tells of the turn that is under way, or was last.
    """

    head: Head | None
    receipt: Receipt | None
    encounters: Mapping[EntityId, Encounter]
    floor: Floor


class Encounters(Protocol):
    """Prepared encounters: a cache that may forget, one per world and NPC."""

    def open(self, key: WorldKey, npc_ids: Sequence[EntityId], command_id: str) -> Opening:
        """All that a turn with these NPCs needs to know, in one consistent read."""

    def find(self, key: WorldKey, npc_id: EntityId) -> Encounter | None:
        """The encounter as it was last prepared."""

    def put(self, key: WorldKey, encounter: Encounter) -> None:
        """Store an encounter in the place of an earlier one with the same NPC."""

"""What the player owns and whom the player pays."""

from msgspec import Struct

from bodybroker.generation.entities import Provenance
from bodybroker.kernel.ids import EntityId


class CrewMember(Struct, frozen=True):
    """One who works for the player; skill and loyalty in 0..100, `came_loyalty` is the loyalty on the first day."""

    member_id: EntityId
    name: str
    role: str
    skill: int
    loyalty: int
    came_loyalty: int
    wage_cents: int
    provenance: Provenance


class Front(Struct, frozen=True):
    """An honest business: the cash in its till waits to be laundered. Before `closed_until` (a minute) it is shut."""

    front_id: EntityId
    kind: str
    till_cents: int
    closed_until: int
    provenance: Provenance


class EmpireState(Struct, frozen=True):
    """The empire: crew and fronts by id, exposure in 0..100, dawns in a row on which upkeep was not paid."""

    crew: dict[EntityId, CrewMember] = {}
    fronts: dict[EntityId, Front] = {}
    exposure: int = 0
    unpaid_days: int = 0

"""What bonds record."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.bonds.state import Shift


class BondChanged(BaseEvent, frozen=True, tag="bond_changed", omit_defaults=True):
    """What `of` holds of `towards` is more or less by these points and cents.

    `cause` says why in a word; `cause_version` is the version of the event that brought it about.
    """

    of: EntityId
    towards: EntityId
    cause: str
    cause_version: int
    minute: int
    trust: int = 0
    fear: int = 0
    respect: int = 0
    desire: int = 0
    debt_cents: int = 0


class BondsFaded(BaseEvent, frozen=True, tag="bonds_faded"):
    """A dusk has passed: what the members of these races hold is nearer to where it rests, by so many points."""

    points: dict[str, Shift]


class DebtsPaid(BaseEvent, frozen=True, tag="debts_paid"):
    """NPCs gave the player money that they owed, by NPC, in cents."""

    cents: dict[EntityId, int]

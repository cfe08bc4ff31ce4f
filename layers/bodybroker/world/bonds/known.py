"""Its events as the player may know them."""

import msgspec

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER, KnownEvent
from bodybroker.world.bonds import events


class BondChanged(KnownEvent, frozen=True, tag="bond_changed", omit_defaults=True):
    """Somebody thinks otherwise of somebody; of whom and why only where it is of the player."""

    of: EntityId | None = None
    towards: EntityId | None = None
    cause: str | None = None
    cause_version: int | None = None
    minute: int | None = None
    trust: int = 0
    fear: int = 0
    respect: int = 0
    desire: int = 0
    debt_cents: int = 0


def veiled(event: events.BondChanged) -> BondChanged:
    """What NPCs hold of each other is their own business."""
    if event.towards != PLAYER:
        return BondChanged()
    return msgspec.convert(event, BondChanged, from_attributes=True)

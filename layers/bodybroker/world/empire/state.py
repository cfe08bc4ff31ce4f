"""What the player owns and whom the player pays."""

from msgspec import Struct


class EmpireState(Struct, frozen=True):
    """What the player owns and whom the player pays."""

"""The powers that the player has."""

from msgspec import Struct


class PowersState(Struct, frozen=True):
    """The powers that the player has."""

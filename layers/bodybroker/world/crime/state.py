"""What the law knows."""

from msgspec import Struct


class CrimeState(Struct, frozen=True):
    """What the law knows."""

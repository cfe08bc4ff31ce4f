"""The houses and what lies between them."""

from msgspec import Struct


class HousesState(Struct, frozen=True):
    """The houses and what lies between them."""

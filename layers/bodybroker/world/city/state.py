"""The weather and how hard the world is."""

from msgspec import Struct


class CityState(Struct, frozen=True):
    """The weather and how hard the world is."""

    difficulty: str = "normal"

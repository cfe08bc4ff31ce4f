"""The weather and how hard the world is."""

from typing import Literal

from msgspec import Struct

Weather = Literal["clear", "rain", "fog", "storm", "heatwave"]


class CityState(Struct, frozen=True):
    """The weather and how hard the world is."""

    difficulty: str = "normal"
    weather: Weather = "clear"

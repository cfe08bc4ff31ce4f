"""The clock and the weather."""

from typing import Annotated, Self, get_args

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, Positive, Word
from bodybroker.world.city.state import Weather

MinuteOfDay = Annotated[int, Field(ge=0, lt=1440)]


class Clock(Parameters):
    """clock.yaml"""

    start_minute: MinuteOfDay
    dawn_minute: MinuteOfDay
    dusk_minute: MinuteOfDay

    @model_validator(mode="after")
    def _dawn_comes_first(self) -> Self:
        if self.dawn_minute >= self.dusk_minute:
            raise ValueError("dawn_minute must come before dusk_minute")
        return self


class Level(Parameters):
    """A difficulty: factors per mille."""

    police: Positive
    violence: Positive
    hunted: Positive
    prices: Positive
    death: Positive


class Difficulty(Parameters):
    """difficulty.yaml"""

    default: Word
    levels: dict[Word, Level]

    @model_validator(mode="after")
    def _has_default(self) -> Self:
        if self.default not in self.levels:
            raise ValueError(f"default: {self.default} is not among the levels")
        return self


class Absence(Parameters):
    """absence.yaml"""

    minutes_per_hour: Positive
    after_hours: Positive
    longest_days: Positive
    lived_days: Annotated[int, Field(ge=1, le=3)]


Weights = dict[Weather, Natural]


class WeatherEffects(Parameters):
    """What a kind of weather does, and what follows it."""

    visibility_per_mille: Positive
    patrols_per_mille: Natural
    travel_per_mille: Positive
    spoilage_per_mille: Positive
    next: Weights


class WeatherRules(Parameters):
    """weather.yaml"""

    start: Weights
    kinds: dict[Weather, WeatherEffects]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [f"kinds.{kind}: missing" for kind in get_args(Weather) if kind not in self.kinds]
        weights = {"start": self.start} | {f"kinds.{kind}.next": rule.next for kind, rule in self.kinds.items()}
        faults += [f"{name}: no weight above 0" for name, given in weights.items() if not any(given.values())]
        if faults:
            raise ValueError("; ".join(faults))
        return self

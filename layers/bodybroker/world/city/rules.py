"""The clock."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Parameters, Positive, Word

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

"""The clock."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Parameters

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

"""The night market."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, Positive, Word


class MoodRules(Parameters):
    """What a mood does to trade."""

    trades: bool
    price_per_mille: Positive


class Market(Parameters):
    """market.yaml"""

    floor_per_mille: Positive
    cap_per_mille: Positive
    lowest_offer_per_mille: Annotated[int, Field(gt=0, le=1000)]
    greed_spread_per_mille: Annotated[int, Field(ge=0, lt=1000)]
    offer_minutes: Positive
    leave_minutes: Positive
    deal_minutes: Natural
    turn_minutes: Natural
    diff_limit: Positive
    moods: Annotated[dict[Word, MoodRules], Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.floor_per_mille > self.cap_per_mille:
            raise ValueError("floor_per_mille exceeds cap_per_mille")
        return self

"""Crime and the law."""

from typing import Self

from pydantic import model_validator

from bodybroker.generation.district import Morgue
from bodybroker.generation.parameters import (
    Natural,
    Parameters,
    PerMille,
    Positive,
    PositiveRange,
    Range,
    Score,
    ScoreRange,
    Share,
)


class Chance(Parameters):
    """A chance per mille: a base that circumstances add to, never outside [low, high]."""

    base: PerMille
    per_heat: PerMille
    low: PerMille
    high: PerMille

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) exceeds high ({self.high})")
        return self

    def per_mille(self, heat: int, circumstances: int) -> int:
        """The chance at this heat, with what the circumstances add."""
        return min(max(self.base + heat * self.per_heat + circumstances, self.low), self.high)


class Notice(Chance):
    """The chance that a robbery is noticed."""

    per_guard: PerMille


class Arrest(Chance):
    """The chance that a noticed robbery ends in an arrest."""

    per_officer: PerMille


class Police(Parameters):
    """police.yaml"""

    cooling_minutes_per_point: Positive
    hiding_minutes_per_point: Positive
    city_cents: Natural
    notice: Notice
    arrest: Arrest
    robbery_heat: Score
    noticed_heat: Score
    chase_loss_per_mille: Share
    chase_wounds: ScoreRange
    fine_cents: Natural
    fine_cents_per_heat: Natural
    cell_minutes: Positive
    heat_left_per_mille: PerMille


class MorgueRules(Morgue):
    """morgue.yaml"""

    restock: Range
    capacity: Positive
    alarm_rise: PerMille
    alarm_limit: PerMille
    alarm_left_per_mille: PerMille
    robbery_minutes: Positive
    loot: PositiveRange

    @model_validator(mode="after")
    def _fits(self) -> Self:
        faults = []
        if self.stock.high > self.capacity:
            faults.append("stock.high exceeds capacity")
        if self.alarm.high > self.alarm_limit:
            faults.append("alarm.high exceeds alarm_limit")
        if faults:
            raise ValueError("; ".join(faults))
        return self

"""What model calls may cost, by plan, in nanodollars (1e-9 USD). configs/budgets.yaml explains every key."""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel import configuration
from bodybroker.kernel.plans import Plan

Level = Literal["on", "paid_only", "off"]
"""How far the kill switch lets models answer."""

Money = Annotated[int, Field(gt=0, strict=True)]
Count = Annotated[int, Field(gt=0, strict=True)]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Pool(_Settings):
    """What the players of a plan may spend together in a day; they draw from it in portions."""

    day: Money
    draw: Money
    idle_s: Count


class PlanBudget(_Settings):
    """The budget of a plan's players."""

    player_day: Money
    world_day: Money
    lane: Annotated[int, Field(ge=0, strict=True)]
    pays: bool
    pool: Pool | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults = []
        if self.world_day > self.player_day:
            faults.append("world_day is more than player_day, which bounds it")
        if self.pool is not None and self.pool.day < self.player_day:
            faults.append("pool.day is less than one player_day")
        if self.pool is not None and self.pool.draw > self.player_day:
            faults.append("pool.draw is more than player_day, which bounds it")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def has_models(self, level: Level) -> bool:
        """Whether the kill switch, where it stands now, lets models answer this plan's players."""
        return level == "on" or (level == "paid_only" and self.pays)


class PlanBudgets(_Settings):
    """One budget for every plan."""

    free: PlanBudget
    basic: PlanBudget
    premium: PlanBudget
    vip: PlanBudget


class BudgetSettings(_Settings):
    """configs/budgets.yaml"""

    reservation_lifetime_s: Count
    switch_cache_s: Annotated[float, Field(gt=0, le=5)]
    keep_days: Count
    alarm_dollars_per_hour: Annotated[float, Field(gt=0)]
    plans: PlanBudgets

    def of(self, plan: Plan) -> PlanBudget:
        """The budget of a plan."""
        budget: PlanBudget = getattr(self.plans, plan)
        return budget


@cache
def load() -> BudgetSettings:
    """The settings; raises pydantic.ValidationError with the faults of a bad document."""
    return configuration.prepared("budgets", read)


def read() -> BudgetSettings:
    """`load` from the document."""
    return BudgetSettings.model_validate(configuration.load("budgets"))

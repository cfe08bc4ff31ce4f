"""How places are made ahead: configs/generation/prefetch.yaml, which explains every key."""

from functools import cache
from typing import Literal, Self

from pydantic import model_validator

from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive
from bodybroker.kernel import configuration
from bodybroker.kernel.plans import Plan

NAME = "generation/prefetch"

GoalKind = Literal["order", "promised", "favour", "growth", "objective", "errand", "beat"]
"""What may wait for the player at a place."""


class Points(Parameters):
    """What a place is worth for where it lies; walks in game minutes."""

    here: Positive
    near: Natural
    half_minutes: Positive
    ahead: Natural


class GoalRule(Parameters):
    """What a place is worth for what waits there; `urgent` more when it is due now, less and less up to
    `urgent_minutes` before."""

    points: Natural
    urgent: Natural
    urgent_minutes: Positive

    def worth(self, minutes_left: int | None) -> int:
        """Points for a goal that is due in so many game minutes, or at no certain time."""
        if minutes_left is None:
            return self.points
        near = max(0, self.urgent_minutes - max(0, minutes_left))
        return self.points + self.urgent * near // self.urgent_minutes


class Goals(Parameters):
    """A rule for every `GoalKind`."""

    order: GoalRule
    promised: GoalRule
    favour: GoalRule
    growth: GoalRule
    objective: GoalRule
    errand: GoalRule
    beat: GoalRule

    def of(self, kind: GoalKind) -> GoalRule:
        """The rule of a kind."""
        rule: GoalRule = getattr(self, kind)
        return rule


class Calls(Parameters):
    """Calls of a model by plan."""

    free: Natural
    basic: Natural
    premium: Natural
    vip: Natural

    def of(self, plan: Plan) -> int:
        """What one request of a plan's player may set going."""
        calls: int = getattr(self, plan)
        return calls


class Worth(Parameters):
    """From which score a place is begun, and down to which it is kept up."""

    start: Positive
    keep: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.keep > self.start:
            raise ValueError(f"keep ({self.keep}) exceeds start ({self.start}): what was begun would be moot at once")
        return self


class PrefetchRules(Parameters):
    """prefetch.yaml"""

    points: Points
    goals: Goals
    worth: Worth
    slots: Positive
    displaces_by: Positive
    nearly_done_per_mille: PerMille
    calls: Calls
    kept_per_mille: PerMille


@cache
def load() -> PrefetchRules:
    """The rules; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared(NAME, read)


def read() -> PrefetchRules:
    """`load` from the document."""
    return PrefetchRules.model_validate(configuration.load(NAME))

"""Ranks, crews and fronts."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.names import Grammar
from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, Score, ScoreRange, Word


class Requirements(Parameters):
    """What must have been reached before a rank can be claimed."""

    parts_sold: Natural = 0
    earned_cents: Natural = 0
    crew: Natural = 0
    fronts: Natural = 0


class Rank(Parameters):
    """One step of the career."""

    name: Word
    requires: Requirements
    fee_cents: Natural
    clean_fee_cents: Natural
    upkeep_cents: Natural
    crew: Natural
    fronts: Natural


class Ranks(Parameters):
    """ranks.yaml"""

    ranks: Annotated[tuple[Rank, ...], Field(min_length=2, strict=False)]
    claiming_minutes: Natural
    grace_days: Positive

    @model_validator(mode="after")
    def _climbable(self) -> Self:
        names = [rank.name for rank in self.ranks]
        faults = [f"ranks: {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
        for before, rank in zip(self.ranks, self.ranks[1:], strict=False):
            for held in ("crew", "fronts"):
                needed, room = getattr(rank.requires, held), getattr(before, held)
                if needed > room:
                    faults.append(f"ranks: {rank.name} requires {needed} {held}, {before.name} can hold {room}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def index(self, name: str) -> int:
        """The place of a rank on the ladder, from 0."""
        return next(i for i, rank in enumerate(self.ranks) if rank.name == name)


class RoleRules(Parameters):
    """A job in the crew."""

    hire_cents: Natural
    wage_cents: Natural
    skill: ScoreRange
    loyalty: ScoreRange


class Crews(Parameters):
    """crews.yaml"""

    roles: Annotated[dict[Word, RoleRules], Field(min_length=1)]
    hiring_minutes: Natural
    dismissing_minutes: Natural
    unpaid_loyalty: Score
    paid_loyalty: Score
    loyalty_gain_limit: Score
    leaving_loyalty: Score
    names: Grammar


class FrontRules(Parameters):
    """A kind of front."""

    price_cents: Positive
    capacity_cents: Positive
    cut_per_mille: PerMille
    exposure: Score


class Fronts(Parameters):
    """fronts.yaml"""

    fronts: Annotated[dict[Word, FrontRules], Field(min_length=1)]
    dealing_minutes: Natural
    deposit_minutes: Natural
    resale_per_mille: PerMille
    till_days: Positive
    greed_exposure_per_tenth: Natural
    exposure_cooling: Natural
    accountant_cooling: Natural
    audit_exposure: Score
    audit_chance_per_point: PerMille
    audit_closed_days: Positive
    audit_exposure_left_per_mille: PerMille

"""Powers and humanity: the models of powers.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation.entities import Phase
from bodybroker.generation.parameters import Natural, Parameters, Positive, Score, Word

Ability = Literal["stealth", "strength", "speed", "charm"]


class PowerLevel(Parameters):
    """A power at one level."""

    price_cents: Positive
    humanity: Score
    use_humanity: Score
    minutes: Natural
    cooldown_minutes: Positive
    effects: dict[Ability, Score] = Field(default_factory=dict)
    heals: Score = 0

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if bool(self.effects) != bool(self.minutes):
            raise ValueError("effects need minutes, and minutes effects")
        if not self.effects and not self.heals:
            raise ValueError("neither effects nor heals")
        if self.cooldown_minutes < self.minutes:
            raise ValueError("cooldown_minutes is shorter than minutes")
        return self


class PowerRules(Parameters):
    """One power."""

    rank: Word
    sold_by: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    phase: Phase | None = None
    takes_turn: bool
    levels: Annotated[tuple[PowerLevel, ...], Field(min_length=1, strict=False)]

    def at(self, level: int) -> PowerLevel:
        """The power at a level from 1 on; the highest there is for those beyond."""
        return self.levels[min(level, len(self.levels)) - 1]


class Recovery(Parameters):
    """How humanity comes back."""

    points: Score
    abstain_minutes: Positive
    recovers_to: Score


class Stage(Parameters):
    """What is left of the human."""

    name: Word
    above: Score
    respect: Score
    fear: Score
    heat_per_dawn: Score


class Powers(Parameters):
    """powers.yaml"""

    powers: Annotated[dict[Word, PowerRules], Field(min_length=1)]
    buying_minutes: Natural
    recovery: Recovery
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _stages_descend(self) -> Self:
        starts = [stage.above for stage in self.stages]
        if starts != sorted(set(starts), reverse=True) or starts[-1] != 0:
            raise ValueError("stages: `above` must fall from stage to stage and end at 0")
        return self

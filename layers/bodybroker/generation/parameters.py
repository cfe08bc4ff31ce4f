"""Building blocks of the configuration's models: strict, frozen, integers only."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel.random import Stream

PerMille = Annotated[int, Field(ge=0, le=1000)]
Score = Annotated[int, Field(ge=0, le=100)]
Positive = Annotated[int, Field(gt=0)]
Natural = Annotated[int, Field(ge=0)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Parameters(BaseModel):
    """A part of the configuration: unknown keys, floats and numbers in quotes are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as its fields, so that the same parameters give the same bytes."""
        return _restored, (type(self), {name: getattr(self, name) for name in type(self).model_fields})


def _restored(kind: type[Parameters], fields: dict[str, Any]) -> Parameters:
    return kind.model_construct(**fields)  # checked when they were pickled


class Bounds(Parameters):
    """A chance per mille that never leaves [low, high]."""

    low: PerMille
    high: PerMille

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) exceeds high ({self.high})")
        return self

    def clamp(self, per_mille: int) -> int:
        """The chance within its bounds."""
        return min(max(per_mille, self.low), self.high)


class Range(Parameters):
    """An inclusive range of whole numbers, none below zero."""

    low: Natural
    high: Natural

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low}) exceeds high ({self.high})")
        return self

    def draw(self, stream: Stream) -> int:
        """A number in the range, each as likely."""
        return self.low + stream.below(self.high - self.low + 1)


class PositiveRange(Range):
    """A range of numbers above zero."""

    low: Positive


class ScoreRange(Range):
    """A range within 0..100."""

    high: Score


class Share(Range):
    """A range per mille."""

    high: PerMille


class Quality(PositiveRange):
    """A range of qualities, within 1..100."""

    high: Score

"""Response curves: from an input in 0..100 to what it is worth, per mille. Integers, tabled once."""

from math import isqrt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Parameters, PerMille, Score, Word

MOST = 100
FULL = 1000
Shape = Literal["line", "square", "root", "smooth", "step"]


class Consideration(Parameters):
    """What an input is worth: `least` at `nothing_at`, everything at `full_at`, and the `shape` of the way between.

    It falls where `nothing_at` is the greater one. A `least` above 0 keeps it from forbidding the act.
    """

    of: Word
    nothing_at: Score = 0
    full_at: Score = MOST
    shape: Shape = "line"
    least: Annotated[PerMille, Field(lt=FULL)] = 0

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.nothing_at == self.full_at:
            raise ValueError("nothing_at is full_at")
        return self

    def worth(self, value: int) -> int:
        """What `value` is worth, per mille."""
        way = (value - self.nothing_at) * FULL // (self.full_at - self.nothing_at)
        shaped = _shaped(self.shape, min(max(way, 0), FULL))
        return self.least + (FULL - self.least) * shaped // FULL

    def table(self) -> tuple[int, ...]:
        """`worth` of every value."""
        return tuple(self.worth(value) for value in range(MOST + 1))


def _shaped(shape: Shape, way: int) -> int:
    if shape == "square":
        return way * way // FULL
    if shape == "root":
        return isqrt(way * FULL)
    if shape == "smooth":
        return way * way * (3 * FULL - 2 * way) // FULL**2
    if shape == "step":
        return way // FULL * FULL
    return way

"""The phrases that are looked for: configs/reading.yaml, which explains every key."""

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel import configuration

Patterns = Annotated[tuple[str, ...], Field(min_length=1)]
Commitment = Literal["refusal", "deal", "price", "price_proposed", "goodbye", "threat"]
Kind = Literal["ask", "offer", "promise_money", "bribe", "threaten"]
Stem = Annotated[str, Field(pattern=r"^[a-z]+$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Phrases(BaseModel):
    """configs/reading.yaml"""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    commitments: dict[Commitment, Patterns]
    intents: dict[Kind, Patterns]
    doubts: Patterns
    claims: dict[Word, Patterns]
    hints: dict[Word, tuple[Stem, ...]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [f"commitments.{name}" for name in get_args(Commitment) if name not in self.commitments]
        missing += [f"intents.{name}" for name in get_args(Kind) if name not in self.intents]
        if missing:
            raise ValueError(f"missing: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _readable(self) -> Self:
        faults = [f"{path}: {fault}" for path, patterns in self._all() for fault in _faults(patterns)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _all(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "doubts", self.doubts
        yield from ((f"hints.{name}", (rf"\b(?:{'|'.join(stems)})",)) for name, stems in self.hints.items())
        for name in ("commitments", "intents", "claims"):
            yield from ((f"{name}.{key}", patterns) for key, patterns in getattr(self, name).items())

    @cached_property
    def compiled(self) -> dict[str, re.Pattern[str]]:
        """One expression for each path, such as `claims.lies`."""
        return {path: re.compile("|".join(f"(?:{one})" for one in patterns)) for path, patterns in self._all()}


def _faults(patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{pattern!r} is no regular expression: {error}"


@cache
def load() -> Phrases:
    """The phrases; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("reading", read)


def read() -> Phrases:
    """`load` from the document."""
    return Phrases.model_validate(configuration.load("reading"))

"""What tokens and services cost, from configs/prices.yaml, which explains every key.

Tokens are priced in whole nanodollars (1e-9 USD) each, services in dollars per unit, exactly.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from bodybroker.kernel import configuration
from bodybroker.models.usage import Usage

Nanodollars = Annotated[int, Field(ge=0, strict=True)]
Count = Annotated[int, Field(gt=0, strict=True)]
Percent = Annotated[int, Field(gt=0, le=100, strict=True)]
Text = Annotated[str, Field(min_length=1)]
Dollars = Annotated[Decimal, Field(ge=0, allow_inf_nan=False), PlainSerializer(str)]

NANO = 10**9
SECONDS = 3600


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Price(_Part):
    """The price of one token that a model reads, reads again from its cache, or writes; with its source and date.

    `hosted`: it is worked out from what a machine of ours costs.
    """

    input: Nanodollars
    cached: Nanodollars
    output: Nanodollars
    source: Text
    as_of: date
    assumed: bool = False
    hosted: bool = False

    def cost_nanodollars(self, usage: Usage) -> int:
        """What the tokens cost; cached ones are part of the prompt and paid at their own price."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        return fresh * self.input + usage.cached_tokens * self.cached + usage.completion_tokens * self.output


class Rate(_Part):
    """What a service costs: `usd` dollars for `per` units."""

    usd: Dollars
    per: Count
    unit: Text
    source: Text
    as_of: date
    assumed: bool = False

    def cost_nanodollars(self, units: Decimal) -> Decimal:
        """What so many units cost, not rounded."""
        return units * self.usd * NANO / self.per


class Prices(_Part):
    """All prices: of tokens by tier or model, of services by name; and how long they are believed."""

    stale_after_days: Count
    tokens: dict[str, Price]
    services: dict[str, Rate]

    def stale(self, today: date) -> list[str]:
        """The names of the prices that nobody has looked at for too long."""
        oldest = today - timedelta(days=self.stale_after_days)
        every: Iterator[tuple[str, Price | Rate]] = iter([*self.tokens.items(), *self.services.items()])
        return sorted(name for name, price in every if price.as_of < oldest)


class _Source(_Part):
    text: Text
    as_of: date


class _Sourced(_Part):
    source: Text | None = None
    note: Text | None = None
    as_of: date | None = None
    assumed: bool = False

    def origin(self, sources: Mapping[str, _Source]) -> dict[str, object]:
        """`source`, `as_of` and `assumed` of a price."""
        assert self.source is not None
        source = sources[self.source]
        text = f"{source.text}: {self.note}" if self.note else source.text
        return {"source": text, "as_of": self.as_of or source.as_of, "assumed": self.assumed}


class _Hosted(_Part):
    """Machines that write, or where `read` is given read, so many tokens a second while they are busy."""

    instance: Text
    instances: Count
    use_percent: Percent
    write: Count | None = None
    read: Count | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.write is None) == (self.read is None):
            raise ValueError("either write or read is needed")
        return self

    def nanodollars(self, hour: "_Service") -> int:
        """Of one token of the kind that pays, rounded up."""
        an_hour = hour.usd / hour.per * self.instances * NANO
        tokens = Decimal((self.write or 0) + (self.read or 0)) * SECONDS * self.use_percent / 100
        return int((an_hour / tokens).to_integral_value(ROUND_CEILING))


class _Tokens(_Sourced):
    input: Nanodollars | None = None
    cached: Nanodollars | None = None
    output: Nanodollars | None = None
    hosted: _Hosted | None = None
    same_as: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        stated = [value for value in (self.input, self.cached, self.output) if value is not None]
        kinds = bool(stated) + (self.hosted is not None) + (self.same_as is not None)
        if kinds != 1 or len(stated) not in (0, 3):
            raise ValueError("needs input, cached and output together, or hosted, or same_as")
        if (self.source is None) == (self.same_as is None):
            raise ValueError("needs a source, unless it is the same as another")
        return self


class _Service(_Sourced):
    source: Text
    usd: Dollars
    per: Count = 1
    unit: Text


class _Document(_Part):
    """The document as it is written; references are followed by `resolve`."""

    stale_after_days: Count
    sources: dict[str, _Source]
    tokens: dict[str, _Tokens]
    services: dict[str, _Service]

    @model_validator(mode="after")
    def _everything_is_there(self) -> Self:
        faults = [*self._faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        entries: list[tuple[str, _Tokens | _Service]] = [*self.tokens.items(), *self.services.items()]
        for name, entry in entries:
            if entry.source is not None and entry.source not in self.sources:
                yield f"{name}: no source {entry.source!r}"
        for name, tokens in self.tokens.items():
            if tokens.hosted is not None and tokens.hosted.instance not in self.services:
                yield f"{name}: no price of {tokens.hosted.instance!r}"
            if tokens.same_as is not None:
                other = self.tokens.get(tokens.same_as)
                if other is None or other.same_as is not None:
                    yield f"{name}: no price of its own {tokens.same_as!r}"

    def resolve(self) -> Prices:
        """The prices, with what is derived worked out."""
        services = {
            name: Rate.model_validate(
                {"usd": service.usd, "per": service.per, "unit": service.unit, **service.origin(self.sources)}
            )
            for name, service in self.services.items()
        }
        tokens = {name: self._price(self.tokens[entry.same_as or name]) for name, entry in self.tokens.items()}
        return Prices(stale_after_days=self.stale_after_days, tokens=tokens, services=services)

    def _price(self, entry: _Tokens) -> Price:
        if entry.hosted is None:
            amounts = {"input": entry.input, "cached": entry.cached, "output": entry.output}
        else:
            each = entry.hosted.nanodollars(self.services[entry.hosted.instance])
            reads = entry.hosted.read is not None
            amounts = {"input": each if reads else 0, "cached": 0, "output": 0 if reads else each}
        return Price.model_validate({**amounts, **entry.origin(self.sources), "hosted": entry.hosted is not None})


@cache
def book() -> Prices:
    """All prices; raises ValidationError that lists the faults of a bad document."""
    return configuration.prepared("prices", read)


def read() -> Prices:
    """`book` from the document."""
    return _Document.model_validate(configuration.load("prices")).resolve()


def load() -> Mapping[str, Price]:
    """The price of tokens, by tier or model; raises as `book` does."""
    return book().tokens

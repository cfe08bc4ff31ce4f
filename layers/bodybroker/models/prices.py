"""What tokens cost. Prices are whole nanodollars (1e-9 USD) per token, from configs/prices.yaml."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bodybroker.kernel import configuration
from bodybroker.models.usage import Usage

Nanodollars = Annotated[int, Field(ge=0, strict=True)]


class Price(BaseModel):
    """The price of one token that a model reads, reads again from its cache, or writes; with its source and date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Nanodollars
    cached: Nanodollars
    output: Nanodollars
    source: Annotated[str, Field(min_length=1)]
    as_of: date

    def cost_nanodollars(self, usage: Usage) -> int:
        """What the tokens cost; cached ones are part of the prompt and paid at their own price."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        return fresh * self.input + usage.cached_tokens * self.cached + usage.completion_tokens * self.output


@cache
def load() -> Mapping[str, Price]:
    """The price of every tier's tokens, by tier; raises ValidationError that lists the faults of a bad document."""
    return TypeAdapter(dict[str, Price]).validate_python(configuration.load("prices"))

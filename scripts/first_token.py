"""`make first-token`: a turn's way to its first token on AWS, on paper, hop by hop, from configs/latency.yaml."""

from typing import Annotated, Literal

from bodybroker.kernel import configuration
from pydantic import BaseModel, ConfigDict, Field

Milliseconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hop(_Document):
    """One thing that takes time before the first token, and how we know."""

    what: Text
    ms: Milliseconds
    evidence: Literal["measured", "read", "estimated", "assumed"]
    source: Text


class Way(_Document):
    """All of them, and what they may take together."""

    budget_ms: Milliseconds
    hops: Annotated[tuple[Hop, ...], Field(min_length=1)]

    @property
    def total_ms(self) -> float:
        return sum(hop.ms for hop in self.hops)


def load() -> Way:
    """The way of configs/latency.yaml; raises pydantic.ValidationError with every fault."""
    return Way.model_validate(configuration.load("latency"))


def table(way: Way) -> str:
    """Each hop with its evidence and source, and the sum beside the budget."""
    lines = [f"{'first token on AWS, on paper':<72}{'ms':>7}  evidence"]
    for hop in way.hops:
        lines += [f"{hop.what:<72}{hop.ms:>7.1f}  {hop.evidence}", f"    {hop.source}"]
    unproven = sum(hop.ms for hop in way.hops if hop.evidence in ("estimated", "assumed"))
    lines.append(f"{'together':<72}{way.total_ms:>7.1f}  of {way.budget_ms:.0f}; {unproven:.1f} of it not yet seen")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(load()))

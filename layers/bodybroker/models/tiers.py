"""The policy of model calls: which rungs a job is asked on, how long, for how much. Read from configs/tiers.yaml."""

from collections.abc import Mapping, Set
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator, with_config
from typing_extensions import TypedDict

from bodybroker.kernel import configuration
from bodybroker.kernel.plans import Plan
from bodybroker.models import prices
from bodybroker.models.calls import Rung

Positive = Annotated[int, Field(gt=0, strict=True)]
Whole = Annotated[int, Field(ge=0, strict=True)]
Percent = Annotated[int, Field(gt=0, le=100, strict=True)]
Rise = Annotated[int, Field(ge=-3, le=3, strict=True)]
Layer = Annotated[int, Field(ge=1, le=4, strict=True)]
CachePolicy = Literal["none", "player", "shared"]


def _each_once(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if len(set(rungs)) < len(rungs):
        raise ValueError("names a rung twice")
    return rungs


def _known_price(name: str, info: ValidationInfo) -> str:
    known: Set[str] = (info.context or {}).get("prices", frozenset())
    if name not in known:
        raise ValueError(f"prices.yaml has no price {name!r}")
    return name


Rungs = Annotated[tuple[Rung, ...], AfterValidator(_each_once)]
PriceName = Annotated[str, AfterValidator(_known_price)]


class UnknownJob(ValueError):
    """tiers.yaml knows no such job."""


_STRICT = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Section(BaseModel):
    model_config = _STRICT


class Tier(_Section):
    """What a rung costs and how much it reads; `revision` counts the models that it has had."""

    price: PriceName
    context_tokens: Positive
    revision: Positive


class Estimate(_Section):
    """How many tokens a text can have at most."""

    bytes_per_token: Positive
    tokens_per_message: Whole


class Level(_Section):
    """A level of attention: up to which distance, whether in sight, and the rungs that it is worth."""

    distance_m: Positive | None = None
    visible: bool = False
    rungs: Rungs


@with_config(_STRICT)
class Levels(TypedDict):
    """By `Attention`."""

    full: Level
    bark: Level
    scripted: Level
    dormant: Level


@with_config(_STRICT)
class Rises(TypedDict):
    """By `Role`, how many levels it rises."""

    major: Rise
    resident: Rise
    crowd: Rise


class AttentionRules(_Section):
    """Levels from the nearest to the farthest, and what moves an NPC between them."""

    levels: Levels
    rises: Rises
    margin_percent: Whole
    unseen_ms: Whole


class BreakerRules(_Section):
    """When an endpoint is left alone, and for how long."""

    window: Positive
    least: Positive
    failed_percent: Percent
    forget_ms: Positive
    open_ms: Positive
    open_most_ms: Positive


class ContentCacheRules(_Section):
    """How long an answer is kept."""

    days: Positive


class SemanticCacheRules(_Section):
    """When two prompts count as one."""

    enabled: bool
    similarity_percent: Percent
    entries: Positive


class Deadlines(_Section):
    """Milliseconds: for one rung's first token and between two, for all rungs together; when to hedge, if at all."""

    first_token: Positive
    between_tokens: Positive
    total: Positive
    hedge_after: Positive | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_token > self.total:
            raise ValueError("first_token comes after total")
        if self.hedge_after is not None and self.hedge_after >= self.first_token:
            raise ValueError("hedge_after comes after first_token")
        return self


@with_config(_STRICT)
class Ladders(TypedDict):
    """By `Plan`, the rungs in order."""

    free: Rungs
    basic: Rungs
    premium: Rungs
    vip: Rungs


class Job(_Section):
    """What one kind of call may use; where an endpoint is full, it waits so many lanes `behind` its plan's."""

    layer: Layer
    ladder: Ladders
    major: dict[Plan, Rungs] = {}
    deadlines_ms: Deadlines
    cache: CachePolicy
    behind: Whole = 0

    def rungs(self, plan: Plan, *, is_major: bool) -> tuple[Rung, ...]:
        """The ladder for a plan."""
        return self.major.get(plan, self.ladder[plan]) if is_major else self.ladder[plan]


@with_config(_STRICT)
class ByRung(TypedDict):
    """By `Rung`, its tier."""

    gold: Tier
    silver: Tier
    cloud: Tier


class Tiers(_Section):
    """configs/tiers.yaml"""

    tiers: ByRung
    estimate: Estimate
    attention: AttentionRules
    breaker: BreakerRules
    content_cache: ContentCacheRules
    semantic_cache: SemanticCacheRules
    jobs: dict[str, Job]

    def job(self, name: str) -> Job:
        """The job of that name; raises UnknownJob."""
        try:
            return self.jobs[name]
        except KeyError:
            raise UnknownJob(f"no job {name!r} in tiers.yaml, only {', '.join(self.jobs)}") from None


def validate(document: Mapping[str, object], price_names: Set[str]) -> Tiers:
    """The policy in a document whose prices must be among `price_names`; raises ValidationError with every fault."""
    return Tiers.model_validate(document, context={"prices": price_names})


@cache
def load() -> Tiers:
    """The shipped policy; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("tiers", read)


def read() -> Tiers:
    """`load` from the document."""
    return validate(configuration.load("tiers"), prices.load().keys())

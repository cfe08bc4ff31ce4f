"""What the cost model assumes: configs/cost.yaml, which explains every key."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from bodybroker.kernel import configuration
from bodybroker.kernel.json import digest
from bodybroker.kernel.plans import Plan
from bodybroker.models import prices

PLANS: tuple[Plan, ...] = get_args(Plan)
CODE = "code"
"""Where a job is done without a model."""

Count = Annotated[int, Field(gt=0, strict=True)]
Whole = Annotated[int, Field(ge=0, strict=True)]
Share = Annotated[int, Field(ge=0, le=100, strict=True)]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False), PlainSerializer(str)]
Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False), PlainSerializer(str)]
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PerPlan(_Part):
    """A number for each plan."""

    free: Amount
    basic: Amount
    premium: Amount
    vip: Amount

    def of(self, plan: Plan) -> Decimal:
        return Decimal(getattr(self, plan))


class Routes(_Part):
    """For each plan the price of tokens, or `code`."""

    free: Name
    basic: Name
    premium: Name
    vip: Name

    def of(self, plan: Plan) -> str:
        return str(getattr(self, plan))


class Band(_Part):
    """What a player-day may cost, in dollars."""

    low: Amount
    high: Amount


class Pace(_Part):
    """How bots play a day; seconds of play."""

    command_seconds: Positive
    look_seconds: Positive
    turn_seconds: Positive
    longest_talk: Count
    styles: Annotated[tuple[Name, ...], Field(min_length=1)]
    turns_per_hour: PerPlan


class CacheRule(_Part):
    """What a prefix cache keeps: prompts of at least `minimum` tokens, `step` by `step`, for `minutes`."""

    minimum: Whole
    step: Count
    minutes: Count


class PrefixCaches(_Part):
    """Of our own endpoints and of cloud providers."""

    hosted: CacheRule
    cloud: CacheRule


class AssumedJob(_Part):
    """A job whose calls are not measured yet."""

    layer: Annotated[int, Field(ge=0, le=4, strict=True)]
    per_hour: PerPlan
    prompt: Count
    shared_percent: Share
    completion: Count
    content_cache_percent: Share
    hybrid: Routes
    reference: Name | None = None


class References(_Part):
    """The models that the hybrid is compared with."""

    frontier: Name
    mid: Name
    small: Name


class HourlyServices(_Part):
    """What an hour of play asks of services besides what is measured."""

    other_requests: Amount
    other_response_kb: Amount
    other_read_units: Amount
    other_write_units: Amount
    other_ms: Amount
    telemetry_kb: Amount
    state_machine_runs: Amount
    state_machine_ms: Amount
    log_kb_per_request: Amount


class Lambda(_Part):
    """How large functions are, and how long they run besides their own CPU time."""

    memory_mb: Count
    wait_ms_per_call: Amount
    client_ms_per_call: Amount
    first_token_ms: Amount
    ms_per_token: Amount
    authorizer_per_hour: Amount
    authorizer_mb: Count
    authorizer_ms: Amount


class AlwaysOn(_Part):
    """What runs all day, and who shares it."""

    players_per_day: Count
    search_nodes: Whole
    search_gb: Whole
    embedding_instances: Whole
    kinesis_streams: Whole
    metrics: Whole


class Host(_Part):
    """A machine, as fast as so many per cent of that of the batches."""

    instance: Name
    speed_percent: Positive


class Batch(_Part):
    """A measured rate: tokens written in a second, at requests of one shape."""

    prompt: Count
    completion: Count
    completions_per_second: Positive


class Fleet(_Part):
    """How many machines are kept."""

    use_percent: Annotated[int, Field(gt=0, le=100, strict=True)]
    adapters_percent: Annotated[int, Field(ge=100, strict=True)]
    machines_min: Count
    peak_to_mean_percent: Annotated[int, Field(ge=100, strict=True)]
    headroom_percent: Annotated[int, Field(ge=100, strict=True)]
    ccu: Annotated[tuple[Count, ...], Field(min_length=1)]


class Setup(_Part):
    """A machine that writes so many tokens a second, and the prices per 1M that it is held against, in dollars."""

    setup: Name
    instance: Name
    write: Count
    low: Positive
    high: Positive


class Bronze(_Part):
    """A machine of one's own for the whole month, against APIs."""

    instance: Name
    hours_per_month: Count
    output_percent: Share
    against: Annotated[tuple[Name, ...], Field(min_length=1)]


class CostSettings(_Part):
    """configs/cost.yaml"""

    hours_per_day: Annotated[Decimal, Field(gt=0, le=24), PlainSerializer(str)]
    bands: dict[Plan, Band]
    pace: Pace
    prefix_cache: PrefixCaches
    jobs: dict[Name, AssumedJob]
    major_percent: Share
    references: References
    aim_percent: Share
    also: tuple[Name, ...]
    reasoning_tokens: tuple[Whole, ...]
    services_per_hour: HourlyServices
    functions: Annotated[Lambda, Field(alias="lambda")]
    keep_months: Count
    always_on: AlwaysOn
    hosts: dict[Literal["h100", "l4"], Host]
    batches: Annotated[tuple[Batch, Batch], Field()]
    fleet: Fleet
    utilisation: tuple[Setup, ...]
    bronze: Bronze

    @model_validator(mode="after")
    def _batches_tell_apart(self) -> Self:
        first, second = self.batches
        if first.prompt * second.completion == second.prompt * first.completion:
            raise ValueError("batches: two of the same shape do not tell reading from writing")
        return self

    def setup(self) -> str:
        """A digest of what shapes a measured day, apart from its hours."""
        return digest({"pace": self.pace.model_dump(mode="json"), "cache": self.prefix_cache.model_dump(mode="json")})

    def faults(self, book: prices.Prices) -> Iterator[str]:
        """Every price that is named here and is in no list."""
        tokens = [
            self.references.frontier,
            self.references.mid,
            self.references.small,
            *self.also,
            *self.bronze.against,
        ]
        for job in self.jobs.values():
            tokens += [job.hybrid.of(plan) for plan in PLANS] + ([job.reference] if job.reference else [])
        for name in sorted({*tokens} - book.tokens.keys() - {CODE}):
            yield f"no price of the tokens of {name!r}"
        machines = [host.instance for host in self.hosts.values()] + [setup.instance for setup in self.utilisation]
        for name in sorted({*machines, self.bronze.instance} - book.services.keys()):
            yield f"no price of {name!r}"


@cache
def load() -> CostSettings:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return CostSettings.model_validate(configuration.load("cost"))

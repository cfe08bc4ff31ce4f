"""What a simulated player-day used: the measurement that the cost model starts from. Integers, summed over its days."""

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import astuple


class JobUse(Struct, frozen=True):
    """Model calls of one job and their tokens. Of the prompt's tokens `hosted_cached` would have been in the prefix
    cache of an endpoint of ours, `cloud_cached` in a cloud provider's, each by its rule in configs/cost.yaml."""

    calls: int = 0
    prompt: int = 0
    hosted_cached: int = 0
    cloud_cached: int = 0
    completion: int = 0

    def __add__(self, other: "JobUse") -> "JobUse":
        return JobUse(*(mine + others for mine, others in zip(astuple(self), astuple(other), strict=True)))


class FunctionUse(Struct, frozen=True):
    """What a function's invocations used: units of DynamoDB (reads in halves, as an eventually consistent one costs),
    calls of DynamoDB and KMS, CPU time in microseconds of the machine that measured."""

    invocations: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    aws_calls: int = 0
    key_calls: int = 0
    half_read_units: int = 0
    write_units: int = 0
    stored_bytes: int = 0
    cpu_us: int = 0

    def __add__(self, other: "FunctionUse") -> "FunctionUse":
        return FunctionUse(*(mine + others for mine, others in zip(astuple(self), astuple(other), strict=True)))


class PlanUse(Struct, frozen=True):
    """The `days` of one plan's players: what they did, what was asked of models by job, and of functions by name."""

    days: int
    commands: int
    refusals: int
    looks: int
    encounters: int
    turns: int
    jobs: dict[str, JobUse]
    functions: dict[str, FunctionUse]


class PlayerDay(Struct, frozen=True):
    """A measurement by plan, of days of `hours_per_day`, which `seed` repeats. `answers` names who spoke for the NPCs;
    `setup` is the digest of the settings that shaped it.
    """

    seed: int
    hours_per_day: Decimal
    tokenizer: str
    answers: str
    setup: str
    plans: dict[str, PlanUse]

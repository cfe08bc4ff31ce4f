"""What a player-day costs: measured and assumed calls of models, times prices, and the services around them.

Decimal arithmetic inside; every part is rounded to whole nanodollars (1e-9 USD) once, so that parts add up to totals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from bodybroker.kernel.plans import Plan
from bodybroker.models import cost_services
from bodybroker.models.cost_settings import CODE, PLANS, AssumedJob, CacheRule, CostSettings
from bodybroker.models.player_day import JobUse, PlanUse
from bodybroker.models.prices import Price, Prices

Basis = Literal["output", "all"]
"""What a price of our own endpoints counts: the tokens that are written, or those that are read as well."""

Factors = Mapping[str, Decimal]
"""By how much inputs are multiplied, by name (`factor_names`); for sensitivity."""

DIALOGUE = 3
SAFETY = 0
MEASURED = ("line", "acts", "warm")
HOSTED_ONLY = "warm"
"""The reading of a prompt before anybody speaks, which nobody would pay a cloud model for."""

_ONE = Decimal(1)


class CostFault(ValueError):
    """The model cannot be worked out; `faults` says everything that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who answers: the hybrid, or for everything the cloud model `reference`.

    The hybrid always has its content cache; cloud-only has one where `content_cache`. `reasoning` are hidden tokens of
    each cloud call, moderation excepted.
    """

    reference: str | None = None
    content_cache: bool = False
    basis: Basis = "output"
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """A job's calls on one player-day and their tokens. `routes` are the prices in the hybrid, each with its share."""

    job: str
    layer: int
    measured: bool
    calls: Decimal
    prompt: Decimal
    hosted_cached: Decimal
    cloud_cached: Decimal
    completion: Decimal
    hits: Decimal
    routes: Mapping[str, Decimal]
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class DayCost:
    """Nanodollars of a player-day, by job and by service; `layers` says to which layer a job belongs."""

    jobs: Mapping[str, int]
    services: Mapping[str, int]
    layers: Mapping[str, int]

    @property
    def models(self) -> int:
        return sum(self.jobs.values())

    @property
    def total(self) -> int:
        return self.models + sum(self.services.values())

    def of_layer(self, layer: int) -> int:
        """What a layer's models cost; layer 0 has the services too."""
        own = sum(cost for job, cost in self.jobs.items() if self.layers[job] == layer)
        return own + (sum(self.services.values()) if layer == SAFETY else 0)


@dataclass(frozen=True)
class CostModel:
    """Everything that a cost depends on. `tiers` is configs/tiers.yaml, of which the ladders are read.

    `measured_hours`: how long the measured days were; a player-day is as much of them as the settings' hours are.
    """

    settings: CostSettings
    prices: Prices
    measured: Mapping[str, PlanUse]
    tiers: Mapping[str, Any]
    measured_hours: Decimal

    def check(self) -> None:
        """Raises CostFault that names every missing price, unknown job and plan that was not measured."""
        faults = [*self.settings.faults(self.prices), *cost_services.faults(self.prices)]
        faults += ["the measured days had no hours"] if self.measured_hours <= 0 else []
        faults += [f"plan {plan!r} was not measured" for plan in PLANS if plan not in self.measured]
        for plan, use in self.measured.items():
            faults += [f"{plan}: no job {job!r}" for job in sorted(use.jobs.keys() - {*MEASURED})]
            faults += [f"{plan}: no days"] if use.days < 1 else []
        for plan in PLANS:
            routes = (self._routes(job, plan) for job in MEASURED)
            faults += [
                f"{plan}: no price of the tokens of {name!r}"
                for name in sorted({name for route in routes for name in route} - self.prices.tokens.keys())
            ]
        if faults:
            raise CostFault(sorted({*faults}))

    def loads(self, plan: Plan) -> tuple[Load, ...]:
        """The calls of a player-day, measured ones first."""
        use = self.measured[plan]
        spoken = (self._measured_load(job, use.jobs[job], plan) for job in MEASURED if job in use.jobs)
        return (*spoken, *(self._assumed_load(name, job, plan) for name, job in self.settings.jobs.items()))

    def _measured_load(self, job: str, use: JobUse, plan: Plan) -> Load:
        days = self._days(plan)
        return Load(
            job=job,
            layer=DIALOGUE,
            measured=True,
            calls=use.calls / days,
            prompt=use.prompt / days,
            hosted_cached=use.hosted_cached / days,
            cloud_cached=use.cloud_cached / days,
            completion=use.completion / days,
            hits=Decimal(0),
            routes=self._routes(job, plan),
        )

    def _days(self, plan: Plan) -> Decimal:
        """How many player-days were measured."""
        return self.measured[plan].days * self.measured_hours / self.settings.hours_per_day

    def _assumed_load(self, name: str, job: AssumedJob, plan: Plan) -> Load:
        calls = job.per_hour.of(plan) * self.settings.hours_per_day
        shared = job.prompt * job.shared_percent // 100
        caches = self.settings.prefix_cache
        return Load(
            job=name,
            layer=job.layer,
            measured=False,
            calls=calls,
            prompt=calls * job.prompt,
            hosted_cached=calls * _cached(shared, caches.hosted),
            cloud_cached=calls * _cached(shared, caches.cloud),
            completion=calls * job.completion,
            hits=Decimal(job.content_cache_percent) / 100,
            routes={job.hybrid.of(plan): _ONE},
            reference=job.reference,
        )

    def _routes(self, job: str, plan: Plan) -> dict[str, Decimal]:
        """The prices of the first rungs of a dialogue job's ladders, by the share of turns that climb them."""
        jobs, tiers = self.tiers["jobs"], self.tiers["tiers"]
        entry = jobs[job]
        usual = entry["ladder"][plan][0]
        major = (entry.get("major") or {}).get(plan, [usual])[0]
        share = Decimal(self.settings.major_percent) / 100
        routes: dict[str, Decimal] = {}
        for rung, part in ((usual, _ONE - share), (major, share)):
            price = tiers[rung].get("price", rung)
            routes[price] = routes.get(price, Decimal(0)) + part
        return routes

    def day(self, plan: Plan, scenario: Scenario | None = None, factors: Factors | None = None) -> DayCost:
        """What a player-day costs under a plan; raises ValueError for a factor of no input."""
        scenario, factors = scenario or Scenario(), factors or {}
        loads = self.loads(plan)
        if unknown := sorted(factors.keys() - {*self.factor_names(plan)}):
            raise ValueError(f"nothing is named {', '.join(unknown)}")
        jobs = {load.job: round(self._cost(load, scenario, factors)) for load in loads if _is_paid(load, scenario)}
        services = cost_services.cost(self.settings, self.prices, self.measured[plan], self._days(plan), factors)
        return DayCost(jobs, services, {load.job: load.layer for load in loads})

    def factor_names(self, plan: Plan) -> Iterator[str]:
        """What can be multiplied."""
        yield from ("hours", "turns", "content misses", *cost_services.FACTORS)
        for load in self.loads(plan):
            yield from (f"{load.job} prompt", f"{load.job} completion")
            if not load.measured:
                yield f"{load.job} calls"
        yield from (f"{name} price" for name in self.prices.tokens)

    def _cost(self, load: Load, scenario: Scenario, factors: Factors) -> Decimal:
        """Nanodollars a day, not rounded."""
        if scenario.reference is not None:
            routes: Mapping[str, Decimal] = {load.reference or scenario.reference: _ONE}
        else:
            routes = load.routes
        hits = load.hits if scenario.reference is None or scenario.content_cache else Decimal(0)
        misses = min(_ONE, (1 - hits) * factors.get("content misses", _ONE)) if hits else _ONE
        times = factors.get("turns" if load.measured else f"{load.job} calls", _ONE) * factors.get("hours", _ONE)
        each = (
            share * factors.get(f"{name} price", _ONE) * self._tokens_cost(name, load, scenario, factors)
            for name, share in routes.items()
            if name != CODE
        )
        return misses * times * sum(each, Decimal(0))

    def _tokens_cost(self, name: str, load: Load, scenario: Scenario, factors: Factors) -> Decimal:
        price = self.prices.tokens[name]
        longer = factors.get(f"{load.job} prompt", _ONE)
        completion = load.completion * factors.get(f"{load.job} completion", _ONE)
        if self._is_ours(name):
            counted = load.prompt * longer if scenario.basis == "all" and price.input == 0 else Decimal(0)
            return _bill(price, load.prompt * longer, load.hosted_cached * longer, completion + counted)
        thought = Decimal(scenario.reasoning) * load.calls if load.layer != SAFETY else Decimal(0)
        return _bill(price, load.prompt * longer, load.cloud_cached * longer, completion + thought)

    def _is_ours(self, name: str) -> bool:
        """Whether tokens are written on machines of our own."""
        return self.prices.tokens[name].hosted


def _is_paid(load: Load, scenario: Scenario) -> bool:
    return scenario.reference is None or load.job != HOSTED_ONLY


def _cached(shared: int, rule: CacheRule) -> int:
    """How many of the tokens that every call shares come from a prefix cache."""
    whole = shared // rule.step * rule.step
    return whole if whole >= rule.minimum else 0


def _bill(price: Price, prompt: Decimal, cached: Decimal, completion: Decimal) -> Decimal:
    return (prompt - cached) * price.input + cached * price.cached + completion * price.output

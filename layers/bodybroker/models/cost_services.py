"""What the services around the models cost a player-day: gateway, functions, tables, streams, logs, what always runs.

Every part is rounded to whole nanodollars (1e-9 USD) once.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bodybroker.models.cost_settings import CostSettings
from bodybroker.models.player_day import FunctionUse, PlanUse
from bodybroker.models.prices import Prices

FACTORS = ("requests", "response bytes", "database units", "function time", "players")
"""Inputs that can be multiplied; `hours` too."""

USED = (
    "api_requests",
    "dynamodb_read_units",
    "dynamodb_recovery",
    "dynamodb_storage",
    "dynamodb_write_units",
    "egress",
    "kinesis_in",
    "kinesis_out",
    "kinesis_stream_hours",
    "kms_requests",
    "lambda_gb_seconds",
    "lambda_requests",
    "log_in",
    "metric_months",
    "ml.c6i.large",
    "search_gb_months",
    "search_node_hours",
    "step_express_gb_hours",
    "step_express_runs",
)
"""The prices that this needs."""

BEHIND_THE_API = ("accounts", "branches", "commands", "encounters", "history", "turns", "worlds")
TALKING = "turns"

_GB = Decimal(10**9)
_KB = Decimal(1000)
_MS = Decimal(1000)
_HALF = Decimal("0.5")
_HOURS_A_DAY = 24
_DAYS_A_MONTH = Decimal(365) / 12
_SMALLEST_RUN_GB = Decimal("0.0625")
_ONE = Decimal(1)


def faults(prices: Prices) -> Iterator[str]:
    """Every price that is missing."""
    yield from (f"no price of {name!r}" for name in USED if name not in prices.services)


def cost(
    settings: CostSettings, prices: Prices, use: PlanUse, days: Decimal, factors: Mapping[str, Decimal]
) -> dict[str, int]:
    """Nanodollars of one of the player-`days` of `use`, by service."""
    parts = _Parts(settings, prices, use, days, factors)
    hours = factors.get("hours", _ONE)
    played = {
        "api": parts.api(),
        "functions": parts.functions(),
        "database": parts.database(),
        "storage": parts.storage(),
        "keys": parts.keys(),
        "egress": parts.egress(),
        "logs": parts.logs(),
        "telemetry": parts.telemetry(),
        "state machines": parts.state_machines(),
    }
    return {name: round(part * hours) for name, part in played.items()} | {"always on": round(parts.always_on())}


class _Parts:
    """Nanodollars of a day by service, not rounded; each is what is measured plus what is assumed."""

    def __init__(
        self, settings: CostSettings, prices: Prices, use: PlanUse, days: Decimal, factors: Mapping[str, Decimal]
    ) -> None:
        self._days = days
        self._settings, self._prices, self._use = settings, prices, use
        self._hourly, self._lambda = settings.services_per_hour, settings.functions
        self._hours = settings.hours_per_day
        self._factor = {name: factors.get(name, _ONE) for name in FACTORS}

    def api(self) -> Decimal:
        return self._price("api_requests", self._requests())

    def _requests(self) -> Decimal:
        measured = self._a_day(sum(use.invocations for name, use in self._functions() if name in BEHIND_THE_API))
        return (measured + self._hourly.other_requests * self._hours) * self._factor["requests"]

    def functions(self) -> Decimal:
        """Invocations and the time for which they ran, of all functions."""
        measured = sum(use.invocations for _, use in self._functions())
        others = self._hourly.other_requests * self._hours
        checks = self._lambda.authorizer_per_hour * self._hours
        invoked = self._price("lambda_requests", self._a_day(measured) + others + checks)
        ms = sum((self._ms(name, use) for name, use in self._functions()), Decimal(0))
        busy = (self._a_day(ms) + others * self._hourly.other_ms) * self._lambda.memory_mb
        busy += checks * self._lambda.authorizer_ms * self._lambda.authorizer_mb
        ran = self._price("lambda_gb_seconds", busy / _MS / 1024) * self._factor["function time"]
        return (invoked + ran) * self._factor["requests"]

    def _ms(self, name: str, use: FunctionUse) -> Decimal:
        """Own CPU time, waiting for AWS, waiting for a model."""
        times = self._lambda
        own = Decimal(use.cpu_us) / 1000 + use.aws_calls * (times.wait_ms_per_call + times.client_ms_per_call)
        if name != TALKING:
            return own
        written = sum(job.completion for job in self._use.jobs.values())
        return own + use.invocations * times.first_token_ms + written * times.ms_per_token

    def database(self) -> Decimal:
        halves = sum(use.half_read_units for _, use in self._functions())
        others = self._hourly.other_requests * self._hours
        reads = self._a_day(halves) * _HALF + others * self._hourly.other_read_units
        writes = self._a_day(sum(use.write_units for _, use in self._functions()))
        writes += others * self._hourly.other_write_units
        units = self._price("dynamodb_read_units", reads) + self._price("dynamodb_write_units", writes)
        return units * self._factor["database units"] * self._factor["requests"]

    def storage(self) -> Decimal:
        """For as long as a day's rows are kept, with point-in-time recovery."""
        gb = self._a_day(sum(use.stored_bytes for _, use in self._functions())) / _GB * self._settings.keep_months
        return self._price("dynamodb_storage", gb) + self._price("dynamodb_recovery", gb)

    def keys(self) -> Decimal:
        return self._price("kms_requests", self._a_day(sum(use.key_calls for _, use in self._functions())))

    def egress(self) -> Decimal:
        measured = self._a_day(sum(use.response_bytes for _, use in self._functions()))
        others = self._hourly.other_requests * self._hours * self._hourly.other_response_kb * _KB
        sent = (measured + others) * self._factor["response bytes"] * self._factor["requests"]
        return self._price("egress", sent / _GB)

    def logs(self) -> Decimal:
        return self._price("log_in", self._requests() * self._hourly.log_kb_per_request * _KB / _GB)

    def telemetry(self) -> Decimal:
        """Written once, read twice."""
        gb = self._hourly.telemetry_kb * self._hours * _KB / _GB
        return self._price("kinesis_in", gb) + 2 * self._price("kinesis_out", gb)

    def state_machines(self) -> Decimal:
        runs = self._hourly.state_machine_runs * self._hours
        gb_hours = runs * self._hourly.state_machine_ms / _MS / 3600 * _SMALLEST_RUN_GB
        return self._price("step_express_runs", runs) + self._price("step_express_gb_hours", gb_hours)

    def always_on(self) -> Decimal:
        """A player's share of a day of what always runs."""
        ours = self._settings.always_on
        a_day = (
            self._price("search_node_hours", Decimal(ours.search_nodes * _HOURS_A_DAY))
            + self._price("search_gb_months", ours.search_gb / _DAYS_A_MONTH)
            + self._price("ml.c6i.large", Decimal(ours.embedding_instances * _HOURS_A_DAY))
            + self._price("kinesis_stream_hours", Decimal(ours.kinesis_streams * _HOURS_A_DAY))
            + self._price("metric_months", ours.metrics / _DAYS_A_MONTH)
        )
        return a_day / ours.players_per_day / self._factor["players"]

    def _functions(self) -> list[tuple[str, FunctionUse]]:
        return [*self._use.functions.items()]

    def _a_day(self, amount: int | Decimal) -> Decimal:
        return Decimal(amount) / self._days

    def _price(self, name: str, units: Decimal) -> Decimal:
        return self._prices.services[name].cost_nanodollars(units)

"""A cost model on the shipped prices and settings, with a player-day made by hand."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from bodybroker.kernel import configuration
from bodybroker.models import cost_settings, prices
from bodybroker.models.cost_model import CostModel
from bodybroker.models.cost_settings import PLANS, CostSettings
from bodybroker.models.player_day import FunctionUse, JobUse, PlanUse

TURNS, PROMPT, SHARED, COMPLETION = 150, 1800, 1260, 70
"""The dialogue of a subscriber's day as notes on performance, section 4, assume it: 60 turns an hour, 2.5 hours."""


def plan_use(**jobs: JobUse) -> PlanUse:
    spoken = JobUse(TURNS, TURNS * PROMPT, TURNS * SHARED, TURNS * SHARED, TURNS * COMPLETION)
    commands = FunctionUse(1000, 50_000, 20_000_000, 2000, 40, 2400, 9000, 1_000_000, 4_000_000)
    turns = FunctionUse(TURNS, 10_000, 100_000, 600, 0, 1900, 1800, 300_000, 600_000)
    projector = FunctionUse(invocations=1100, aws_calls=2200, half_read_units=100, write_units=200, cpu_us=400_000)
    functions = {"commands": commands, "turns": turns, "projector": projector}
    return PlanUse(1, 1000, 3, 500, 40, TURNS, jobs or {"line": spoken}, functions)


@pytest.fixture
def settings() -> Callable[..., CostSettings]:
    """The shipped settings with some changed; a prefix cache that keeps every shared token, as the notes assume."""

    def make(**changes: Any) -> CostSettings:
        keeps_all = {"minimum": 0, "step": 1, "minutes": 15}
        document = configuration.load("cost") | {"prefix_cache": {"hosted": keeps_all, "cloud": keeps_all}}
        return CostSettings.model_validate(document | changes)

    return make


@pytest.fixture
def model(settings) -> Callable[..., CostModel]:
    """A model of a day of certain jobs, all plans alike."""

    def make(book: prices.Prices | None = None, chosen: CostSettings | None = None, **jobs: JobUse) -> CostModel:
        measured = dict.fromkeys(PLANS, plan_use(**jobs))
        return CostModel(
            chosen or settings(), book or prices.book(), measured, configuration.load("tiers"), Decimal("2.5")
        )

    return make


@pytest.fixture(scope="session")
def shipped() -> CostSettings:
    return cost_settings.load()

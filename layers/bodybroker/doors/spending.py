"""Budgets for doors: the table `BUDGETS_TABLE`, and `KEYS_TABLE`, which knows whose account is deleted."""

import os
from functools import cache

from bodybroker.adapters import aws
from bodybroker.adapters.budget_writes import BudgetWrites
from bodybroker.adapters.budgets_table import DynamoBudgets
from bodybroker.adapters.budgets_upkeep import DynamoBudgetUpkeep
from bodybroker.adapters.kill_switch import KillSwitch
from bodybroker.kernel.clock import SystemClock
from bodybroker.models import budget
from bodybroker.services.sweep_budgets import BudgetKeeper

CLOCK = SystemClock()


@cache
def _writes() -> BudgetWrites:
    return BudgetWrites(aws.client("dynamodb"), os.environ["BUDGETS_TABLE"])


@cache
def budgets() -> DynamoBudgets:
    """What players may spend."""
    settings, client = budget.load(), aws.client("dynamodb")
    switch = KillSwitch(client, os.environ["BUDGETS_TABLE"], settings.switch_cache_s)
    return DynamoBudgets(_writes(), os.environ["KEYS_TABLE"], switch, settings, CLOCK)


@cache
def budget_keeper() -> BudgetKeeper:
    """Who clears up behind calls that never came back, and behind players who leave."""
    upkeep = DynamoBudgetUpkeep(aws.client("dynamodb"), _writes())
    return BudgetKeeper(budgets(), upkeep, budget.load(), CLOCK)

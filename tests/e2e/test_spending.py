"""Budgets and the ledger as they are deployed: from a settled call to the operator's report."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from bodybroker.adapters.budget_writes import BudgetWrites
from bodybroker.adapters.budgets_table import DynamoBudgets
from bodybroker.adapters.budgets_upkeep import DynamoBudgetUpkeep
from bodybroker.adapters.kill_switch import KillSwitch
from bodybroker.kernel.clock import SystemClock
from bodybroker.kernel.ids import PlayerId
from bodybroker.models import budget
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import OverBudget, Reservation

ROOT = Path(__file__).parents[2]
SOON_S = 60
Cli = Callable[..., str]


@pytest.fixture
def behind(cloud) -> dict[str, str]:
    """How an operator reaches the AWS behind the API: a local cloud's, else the one of the environment."""
    if "aws" not in cloud.endpoints:
        return {}
    return {
        "AWS_ENDPOINT_URL": cloud.endpoints["aws"],
        "AWS_ACCESS_KEY_ID": "bodybroker-local",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@pytest.fixture
def spending(behind) -> Cli:
    """`python -m scripts.spending …`; its output."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "scripts.spending", *arguments]
        environment = os.environ | behind | {"PYTHONPATH": f"{ROOT}:{ROOT / 'layers'}"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def dynamodb(behind, monkeypatch) -> Any:
    for name, value in behind.items():
        monkeypatch.setenv(name, value)
    return boto3.Session().client("dynamodb")


@pytest.fixture
def budgets(dynamodb) -> DynamoBudgets:
    """As a function has them."""
    (table,) = (name for name in dynamodb.list_tables()["TableNames"] if "Budgets" in name)
    (keys,) = (name for name in dynamodb.list_tables()["TableNames"] if "-Keys" in name)
    settings = budget.load()
    switch = KillSwitch(dynamodb, table, settings.switch_cache_s)
    budgets = DynamoBudgets(BudgetWrites(dynamodb, table), keys, switch, settings, SystemClock())
    budgets.upkeep = DynamoBudgetUpkeep(dynamodb, BudgetWrites(dynamodb, table))
    return budgets


def answered(reservation: Reservation, cost: int) -> Entry:
    payer = reservation.payer
    return Entry(
        reservation.call_id, SystemClock().now().isoformat(), payer.player, payer.plan, payer.world, reservation.job,
        reservation.layer, "gold", "small", None, "answered", Usage(100, 50, 20), cost, cost, 40, 20,
    )  # fmt: skip


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {SOON_S} s: {what}"
        time.sleep(0.5)


def test_what_a_player_spends_is_in_the_operators_report(client, budgets, spending):
    player = PlayerId(client.tokens["player_id"])
    for cost in (1_000_000, 2_500_000):
        reservation = budgets.reserve(str(uuid4()), Payer(player, "free"), "line", 3, 9_000_000)
        assert budgets.settle(reservation, answered(reservation, cost))
    budgets.reserve(str(uuid4()), Payer(player, "free"), "line", 3, 9_000_000)
    assert "0.003500 USD spent, 0.009000 reserved by 1 open calls" in spending("player", player)

    def reported() -> bool:
        line = next((line for line in spending("report", "--player", player).splitlines() if line.startswith("3 ")), "")
        return line.split()[:6] == ["3", "2", "200", "100", "40", "0.003500"]

    eventually(reported, "two calls in the ledger")


def test_the_kill_switch_turns_models_off_and_on(client, budgets, spending):
    free = Payer(PlayerId(client.tokens["player_id"]), "free")
    assert "paid_only" in spending("switch", "paid_only")
    try:
        with pytest.raises(OverBudget, match="switch"):
            budgets.reserve(str(uuid4()), free, "line", 3, 1000)
        budgets.reserve(str(uuid4()), Payer(free.player, "premium"), "line", 3, 1000)
    finally:
        assert "models: on" in spending("switch", "on")
    assert "models: on" in spending("switch")


def test_a_deleted_account_has_no_budget_and_gets_none(client, http, budgets):
    free = Payer(PlayerId(client.tokens["player_id"]), "free")
    budgets.reserve(str(uuid4()), free, "line", 3, 1000)
    assert http.request("DELETE", "/account", json={"confirm": "delete my account"}).status_code == 202
    eventually(lambda: not budgets.upkeep.days(free.player), "the player's rows of budgets are gone")
    with pytest.raises(OverBudget, match="gone"):
        budgets.reserve(str(uuid4()), free, "line", 3, 1000)

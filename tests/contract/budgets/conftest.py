"""Budgets on a real table, with a clock that tests move."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import Row, from_item, to_item
from bodybroker.adapters.budget_writes import BudgetWrites
from bodybroker.adapters.budgets_table import DynamoBudgets
from bodybroker.adapters.budgets_upkeep import DynamoBudgetUpkeep
from bodybroker.adapters.kill_switch import KillSwitch
from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.ids import PlayerId, WorldId
from bodybroker.models.budget import BudgetSettings
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry, Verdict
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import Reservation
from bodybroker.services.sweep_budgets import BudgetKeeper

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = NOON.date().isoformat()
PRICE = 1000
"""What a call reserves in these tests."""


def settings(**changes: Any) -> BudgetSettings:
    """Budgets for 40 calls a day in every plan; changes are the free plan's."""
    plan = {"player_day": 40 * PRICE, "world_day": 40 * PRICE, "lane": 0, "pays": True}
    pool = {"day": 1000 * PRICE, "draw": 5 * PRICE, "idle_s": 600}
    document = {
        "reservation_lifetime_s": 60,
        "switch_cache_s": 5,
        "keep_days": 3,
        "alarm_dollars_per_hour": 1,
        "plans": {
            "free": plan | {"pays": False, "pool": pool} | changes,
            "basic": plan,
            "premium": plan | {"world_day": 25 * PRICE},
            "vip": plan,
        },
    }
    return BudgetSettings.model_validate(document)


def payer(player: str = "p1", plan: Any = "basic", world: str | None = "w1") -> Payer:
    return Payer(PlayerId(player), plan, None if world is None else WorldId(world))


def entry(reservation: Reservation, charged: int, verdict: Verdict = "answered") -> Entry:
    who = reservation.payer
    return Entry(
        reservation.call_id, NOON.isoformat(), who.player, who.plan, who.world, reservation.job, reservation.layer,
        "gold", "small", None, verdict, Usage(100, 50, 20), charged, charged, 40, 20,
    )  # fmt: skip


@dataclass
class Bank:
    """Budgets under test, and a way behind them."""

    client: Any
    table: str
    keys_table: str
    settings: BudgetSettings
    clock: FixedClock
    seconds: float = 0

    def __post_init__(self) -> None:
        self.writes = BudgetWrites(self.client, self.table)
        self.switch = KillSwitch(self.client, self.table, self.settings.switch_cache_s, now=lambda: self.seconds)
        self.budgets = DynamoBudgets(self.writes, self.keys_table, self.switch, self.settings, self.clock)
        self.upkeep = DynamoBudgetUpkeep(self.client, self.writes)
        self.keeper = BudgetKeeper(self.budgets, self.upkeep, self.settings, self.clock)

    def with_settings(self, changed: BudgetSettings) -> "Bank":
        return replace(self, settings=changed)

    def admit(self, *players: str) -> None:
        """Give players a key."""
        for player in players:
            row = {"pk": f"P#{player}", "sk": "K", "wrapped_key": b"wrapped"}
            self.client.put_item(TableName=self.keys_table, Item=to_item(row))

    def dismiss(self, player: str) -> None:
        """Destroy a player's key."""
        row = {"pk": f"P#{player}", "sk": "K", "destroyed_at": "now"}
        self.client.put_item(TableName=self.keys_table, Item=to_item(row))

    def reserve(self, call_id: str, who: Payer | None = None, amount: int = PRICE) -> Reservation:
        return self.budgets.reserve(call_id, who or payer(), "line", 3, amount)

    def pass_time(self, seconds: float) -> None:
        self.clock.instant += timedelta(seconds=seconds)
        self.seconds += seconds

    def row(self, key: Row) -> Row:
        found = self.client.get_item(TableName=self.table, Key=to_item(key), ConsistentRead=True)
        return from_item(found.get("Item", {}))

    def day(self, player: str = "p1", day: str = DAY) -> Row:
        return self.row(rows.day_key(PlayerId(player), day))

    def drawn(self, day: str = DAY) -> int:
        """What is drawn from the free plan's pool."""
        return int(self.row(rows.pool_key("free", day)).get("drawn", 0))

    def rows(self) -> list[Row]:
        return [from_item(item) for item in self.client.scan(TableName=self.table)["Items"]]


@pytest.fixture
def make_bank(aws_client: Callable[[str], Any], make_table: Callable[[], str]) -> Callable[..., Bank]:
    """Makes budgets on fresh tables, in which p1 and p2 have keys."""

    def make(**changes: Any) -> Bank:
        bank = Bank(aws_client("dynamodb"), make_table(), make_table(), settings(**changes), FixedClock(NOON))
        bank.admit("p1", "p2")
        return bank

    return make


@pytest.fixture
def bank(make_bank: Callable[..., Bank]) -> Bank:
    return make_bank()

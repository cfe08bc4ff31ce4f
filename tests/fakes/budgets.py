"""Budgets in memory."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bodybroker.kernel.clock import Clock, SystemClock
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.models.budget import BudgetSettings, Level, load
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry
from bodybroker.ports.budgets import OverBudget, PlayerDay, Reservation, Scope
from bodybroker.services.sweep_budgets import BudgetKeeper


@dataclass
class MemoryBudgets:
    """`ports.Budgets` and `ports.BudgetUpkeep`, without portions: a pool is paid call by call.

    `entries` is the ledger, `open` what is reserved now, `gone` are the players who are deleted.
    """

    settings: BudgetSettings = field(default_factory=load)
    clock: Clock = field(default_factory=SystemClock)
    level: Level = "on"
    entries: list[Entry] = field(default_factory=list)
    open: dict[str, Reservation] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    gone: set[PlayerId] = field(default_factory=set)
    begun: set[tuple[PlayerId, str]] = field(default_factory=set)
    """The days of players that have a row."""
    spent: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    """By day and budget."""

    def reserve(
        self, call_id: str, payer: Payer, job: str, layer: int, nanodollars: int, lifetime_s: int | None = None
    ) -> Reservation:
        assert nanodollars >= 0
        now = self.clock.now()
        budget = self.settings.of(payer.plan)
        expires_at = int(now.timestamp()) + (lifetime_s or self.settings.reservation_lifetime_s)
        pooled = budget.pool is not None
        new = Reservation(call_id, payer, job, layer, now.date().isoformat(), nanodollars, expires_at, pooled)
        if call_id in self.open or call_id in self.settled:
            return self.open.get(call_id, new)
        if not budget.has_models(self.level):
            raise OverBudget("switch")
        if payer.player in self.gone and (payer.player, new.day) not in self.begun:
            raise OverBudget("gone")
        for scope, left in self._left(payer, new.day).items():
            if nanodollars > left:
                raise OverBudget(scope)
        self.open[call_id] = new
        self.begun.add((payer.player, new.day))
        return new

    def left(self, payer: Payer) -> int:
        if not self.settings.of(payer.plan).has_models(self.level):
            return 0
        return max(0, min(self._left(payer, self.clock.now().date().isoformat()).values()))

    def _left(self, payer: Payer, day: str) -> dict[Scope, int]:
        budget = self.settings.of(payer.plan)
        caps: dict[Scope, int | None] = {
            "player": budget.player_day,
            "world": budget.world_day if payer.world else None,
            "plan": budget.pool.day if budget.pool else None,
        }
        return {scope: cap - self._used(day, scope, payer) for scope, cap in caps.items() if cap is not None}

    def _used(self, day: str, scope: Scope, payer: Payer) -> int:
        mine = whose(payer)[scope]
        reserved = [one for one in self.open.values() if one.day == day and whose(one.payer)[scope] == mine]
        return sum(one.nanodollars for one in reserved) + self.spent[day, mine]

    def settle(self, reservation: Reservation, entry: Entry) -> bool:
        assert entry.call_id == reservation.call_id and entry.charged_nanodollars >= 0
        if self.open.pop(reservation.call_id, None) is None:
            return False
        for mine in whose(reservation.payer).values():
            self.spent[reservation.day, mine] += entry.charged_nanodollars
        self.settled.add(entry.call_id)
        self.entries.append(entry)
        return True

    def note(self, entry: Entry) -> None:
        assert entry.charged_nanodollars == 0
        if entry.call_id not in self.settled:
            self.settled.add(entry.call_id)
            self.entries.append(entry)

    def unfinished(self) -> Iterator[PlayerDay]:
        for player in {each.payer.player for each in self.open.values()}:
            yield from self.days(player)

    def days(self, player: PlayerId) -> list[PlayerDay]:
        return [self._day(player, day) for one, day in sorted(self.begun) if one == player]

    def _day(self, player: PlayerId, day: str) -> PlayerDay:
        mine = [one for one in self.open.values() if (one.payer.player, one.day) == (player, day)]
        return PlayerDay(player, day, touched=0, reservations=tuple(mine), idle={})

    def give_back(self, day: PlayerDay, plan: Plan, untouched_since: int | None = None) -> int:
        return 0

    def forget(self, day: PlayerDay) -> bool:
        if self._day(day.player, day.day).reservations:
            return False
        self.begun.discard((day.player, day.day))
        self.spent.pop((day.day, f"player {day.player}"), None)
        return True

    def forget_entries(self, player: PlayerId) -> None:
        """The ledger keeps them."""

    def keeper(self) -> BudgetKeeper:
        """Who clears up behind these budgets."""
        return BudgetKeeper(self, self, self.settings, self.clock)


def whose(payer: Payer) -> dict[Scope, str]:
    """The budgets that pay for a payer's calls, by scope."""
    return {
        "player": f"player {payer.player}",
        "world": f"world {payer.player}/{payer.world}",
        "plan": f"plan {payer.plan}",
    }

"""Budgets on DynamoDB (`budget_rows` tells the layout).

A call costs two writes: one conditional update that reserves, one that settles. A refused update shows the row that it
met, which tells why: the first call of a player's day begins the row, in a plan with a pool some calls draw from it.
"""

from contextlib import suppress

from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import Row
from bodybroker.adapters.budget_updates import drawing, reserving, settling
from bodybroker.adapters.budget_writes import ATTEMPTS, SYSTEM, BudgetWrites, Refused
from bodybroker.adapters.kill_switch import KillSwitch
from bodybroker.adapters.player_keys import has_key
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.models.budget import BudgetSettings, PlanBudget, Pool
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry
from bodybroker.ports.budgets import OverBudget, Reservation


class DynamoBudgets:
    """`ports.Budgets` on one table; `keys_table` knows whose account is deleted."""

    def __init__(
        self, writes: BudgetWrites, keys_table: str, switch: KillSwitch, settings: BudgetSettings, clock: Clock
    ) -> None:
        self._writes = writes
        self._keys_table = keys_table
        self._switch = switch
        self._settings = settings
        self._clock = clock

    def reserve(
        self, call_id: str, payer: Payer, job: str, layer: int, nanodollars: int, lifetime_s: int | None = None
    ) -> Reservation:
        assert nanodollars >= 0, f"{nanodollars} cannot be set aside"
        budget, now = self._settings.of(payer.plan), self._clock.now()
        if not budget.has_models(self._switch.level()):
            raise OverBudget("switch")
        day, lifetime_s = now.date().isoformat(), lifetime_s or self._settings.reservation_lifetime_s
        expires_at = int(now.timestamp()) + lifetime_s
        new = Reservation(call_id, payer, job, layer, day, nanodollars, expires_at, budget.pool is not None)
        for _ in range(ATTEMPTS):
            try:
                self._writes.update(reserving(new, budget, now))
                return new
            except Refused as refused:
                row = refused.found[0] or {}
            if (known := _known(row, new)) is not None:
                return known
            _refuse_what_is_spent(row, new, budget)
            if not row:
                self._begin_day(new)
            elif budget.pool is not None and self._draw(new, budget, budget.pool, row):
                return new
        raise Unavailable(f"{SYSTEM} is busy; try again.")

    def _begin_day(self, new: Reservation) -> None:
        """A day begins only while the player has a key: a deleted account does not get its budget back."""
        row: Row = rows.day_key(new.payer.player, new.day) | {
            "used": 0,
            "spent": 0,
            "open": 0,
            "expires_at": rows.forgotten_at(new.day, self._settings.keep_days),
        }
        try:
            self._writes.together(has_key(self._keys_table, new.payer.player), self._writes.putting(row))
        except Refused as refused:
            if refused.found[0] is not None:
                raise OverBudget("gone") from refused

    def _draw(self, new: Reservation, budget: PlanBudget, pool: Pool, row: Row) -> bool:
        """Reserve with money from the plan's pool: a portion for more calls, near its end what is missing.

        False where the day has changed meanwhile; raises OverBudget.
        """
        idle = row.get(rows.idle_name(new.payer.plan), 0)
        missing = new.nanodollars - idle
        if missing <= 0:
            return False
        drawn = row.get(rows.drawn_name(new.payer.plan), 0)
        portion = max(missing, min(max(pool.draw, new.nanodollars), budget.player_day - drawn))
        now, expires_at = self._clock.now(), rows.forgotten_at(new.day, self._settings.keep_days)
        for amount in dict.fromkeys((portion, missing)):
            try:
                self._writes.together(
                    self._writes.updating(drawing(new, pool, amount, expires_at)),
                    self._writes.updating(reserving(new, budget, now, drawn=amount)),
                )
                return True
            except Refused as refused:
                if refused.found[1] is not None:
                    return False
        raise OverBudget("plan")

    def settle(self, reservation: Reservation, entry: Entry) -> bool:
        try:
            self._writes.update(settling(reservation, entry, self._clock.now()))
        except Refused:
            return False
        return True

    def left(self, payer: Payer) -> int:
        budget, day = self._settings.of(payer.plan), self._clock.now().date().isoformat()
        if not budget.has_models(self._switch.level()):
            return 0
        row = self._writes.find(rows.day_key(payer.player, day))
        left: list[int] = [budget.player_day - row.get("used", 0)]
        if payer.world is not None:
            left.append(budget.world_day - row.get(rows.world_name(payer.world), 0))
        if budget.pool is not None:
            drawn = self._writes.find(rows.pool_key(payer.plan, day)).get("drawn", 0)
            left.append(row.get(rows.idle_name(payer.plan), 0) + budget.pool.day - drawn)
        return max(0, min(left))

    def note(self, entry: Entry) -> None:
        assert entry.charged_nanodollars == 0, f"somebody pays for {entry.call_id}"
        expires_at = rows.forgotten_at(self._clock.now().date().isoformat(), self._settings.keep_days)
        with suppress(Refused):
            self._writes.put(rows.entry_key(entry) | {rows.ENTRY: rows.write_entry(entry), "expires_at": expires_at})


def _known(row: Row, new: Reservation) -> Reservation | None:
    """What a call that was reserved before gets; None for a new one."""
    text = row.get(rows.reservation_name(new.call_id))
    if text is not None:
        return rows.read_reservation(text)
    return new if rows.is_settled(row, new.call_id) else None


def _refuse_what_is_spent(row: Row, new: Reservation, budget: PlanBudget) -> None:
    if row.get("used", 0) + new.nanodollars > budget.player_day:
        raise OverBudget("player")
    world = new.payer.world
    if world is not None and row.get(rows.world_name(world), 0) + new.nanodollars > budget.world_day:
        raise OverBudget("world")

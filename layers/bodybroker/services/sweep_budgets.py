"""Use case: clear up behind calls that never came back, and behind players who leave.

A process that dies between reserving and settling leaves a reservation. Nobody knows what its call has cost, so it is
charged what was set aside, at most: the ledger may say too much, never too little.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId
from bodybroker.models.budget import BudgetSettings
from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage
from bodybroker.ports.budgets import Budgets, BudgetUpkeep, PlayerDay, Reservation

CLOSING_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: lost calls, what they are charged, what went back to pools (nanodollars)."""

    lost: int = 0
    charged: int = 0
    given_back: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.lost + other.lost, self.charged + other.charged, self.given_back + other.given_back)


@dataclass(frozen=True, slots=True)
class BudgetKeeper:
    """Sweeps and closes budgets."""

    budgets: Budgets
    upkeep: BudgetUpkeep
    settings: BudgetSettings
    clock: Clock

    def sweep(self) -> Swept:
        """Settle expired reservations as lost, give back to pools what is left untouched. Raises Unavailable."""
        now = int(self.clock.now().timestamp())
        return sum((self._sweep_day(day, now) for day in self.upkeep.unfinished()), Swept())

    def _sweep_day(self, day: PlayerDay, now: int) -> Swept:
        expired = [each for each in day.reservations if each.expires_at <= now]
        swept = sum(map(self._lose, expired), Swept())
        for plan in day.idle:
            pool = self.settings.of(plan).pool
            if pool is not None:
                given_back = self.upkeep.give_back(day, plan, untouched_since=now - pool.idle_s)
                swept += Swept(given_back=given_back)
        return swept

    def _lose(self, reservation: Reservation) -> Swept:
        if not self.budgets.settle(reservation, lost(reservation)):
            return Swept()
        return Swept(lost=1, charged=reservation.nanodollars)

    def close(self, player: PlayerId) -> None:
        """Settle what a deleted player has open, whatever its age, and remove the player's rows. Raises Unavailable.

        Without a key no new day begins, so the budget does not come back.
        """
        for _ in range(CLOSING_ATTEMPTS):
            days = self.upkeep.days(player)
            if not days:
                self.upkeep.forget_entries(player)
                return
            for day in days:
                self._close_day(day)
        raise Unavailable("The player still makes calls; try again.")

    def _close_day(self, day: PlayerDay) -> None:
        for reservation in day.reservations:
            self._lose(reservation)
        for plan in day.idle:
            self.upkeep.give_back(day, plan)
        self.upkeep.forget(day)


def lost(reservation: Reservation) -> Entry:
    """The entry of a call that nobody settled. Its time is when the reservation ends: the same, whoever settles it."""
    payer = reservation.payer
    return Entry(
        call_id=reservation.call_id,
        at=datetime.fromtimestamp(reservation.expires_at, UTC).isoformat(),
        player=payer.player,
        plan=payer.plan,
        world=payer.world,
        job=reservation.job,
        layer=reservation.layer,
        tier="unknown",
        model="unknown",
        adapter=None,
        verdict="lost",
        usage=Usage(),
        cost_nanodollars=reservation.nanodollars,
        charged_nanodollars=reservation.nanodollars,
        latency_ms=0,
    )

"""Whatever players, operators, sweepers and crashes do in whatever order: every nanodollar is accounted for.

After each step the rows tell the same as a plain model of them: reserved + spent + left == the cap, for player, world
and pool; and every call that was ever reserved is in the ledger once, or still open.
"""

from collections import defaultdict

from bodybroker.adapters import budget_rows as rows
from bodybroker.ports.budgets import OverBudget, Reservation
from hypothesis import HealthCheck, assume, settings, strategies
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.contract.budgets.conftest import PRICE, entry, payer

PLAYERS = strategies.sampled_from(["p1", "p2"])
PLANS = strategies.sampled_from(["free", "premium"])
WORLDS = strategies.sampled_from(["w1", "w2", None])
AMOUNTS = strategies.integers(1, 12 * PRICE)
SHARES = strategies.sampled_from([0, 0.3, 1])
POOL = {"day": 60 * PRICE, "draw": 5 * PRICE, "idle_s": 600}


class Accounts(RuleBasedStateMachine):
    """A model of two players' days, beside the table."""

    make_bank = None
    reservations = Bundle("reservations")

    @initialize()
    def open(self):
        self.bank = type(self).make_bank(pool=POOL)
        self.calls = 0
        self.spent = defaultdict(int)
        self.open_calls: dict[str, Reservation] = {}
        self.ledger: dict[str, int] = {}
        self.settled_at: dict[str, float] = {}

    @rule(target=reservations, player=PLAYERS, plan=PLANS, world=WORLDS, amount=AMOUNTS)
    def reserve(self, player, plan, world, amount):
        self.calls += 1
        who = payer(player, plan, world)
        room = {scope: self._left(scope, who) for scope in ("player", "world")}
        try:
            reservation = self.bank.reserve(f"c{self.calls}", who, amount)
        except OverBudget as refused:
            assert refused.scope == "plan" or room[refused.scope] < amount
            if refused.scope == "plan":
                assert POOL["day"] - self.bank.drawn() + self._idle(player) < amount
            return multiple()
        assert min(room.values()) >= amount
        self.open_calls[reservation.call_id] = reservation
        return reservation

    @rule(reservation=reservations)
    def reserve_again(self, reservation):
        call = reservation.call_id
        assume(call in self.open_calls or self.bank.seconds - self.settled_at[call] < rows.MINUTE_S)
        again = self.bank.reserve(call, reservation.payer, reservation.nanodollars)
        if call in self.open_calls:
            assert again == reservation
        else:
            assert not self.bank.budgets.settle(again, entry(again, 1))

    @rule(reservation=reservations, share=SHARES)
    def settle(self, reservation, share):
        """Also twice, also after the sweep."""
        told = entry(reservation, int(reservation.nanodollars * share))
        is_open = reservation.call_id in self.open_calls
        assert self.bank.budgets.settle(reservation, told) == is_open
        if is_open:
            self._book(reservation, told.charged_nanodollars)

    @rule()
    def sweep_what_crashed(self):
        """Whoever reserved and is not settled by now has crashed."""
        self.bank.pass_time(self.bank.settings.reservation_lifetime_s)
        swept = self.bank.keeper.sweep()
        assert swept.lost == len(self.open_calls)
        assert swept.charged == sum(one.nanodollars for one in self.open_calls.values())
        for reservation in list(self.open_calls.values()):
            self._book(reservation, reservation.nanodollars)

    @rule(player=PLAYERS)
    def give_back(self, player):
        for day in self.bank.upkeep.days(payer(player).player):
            assert self.bank.upkeep.give_back(day, "free") == day.idle.get("free", 0)

    def _book(self, reservation, charged):
        who = reservation.payer
        for scope in (who.player, (who.player, who.world), (who.player, who.plan), who.plan):
            self.spent[scope] += charged
        assert reservation.call_id not in self.ledger
        self.ledger[reservation.call_id] = charged
        self.settled_at[reservation.call_id] = self.bank.seconds
        del self.open_calls[reservation.call_id]

    def _left(self, scope, who):
        budget = self.bank.settings.of(who.plan)
        if scope == "player":
            return budget.player_day - self._used(who.player, lambda one: one.player == who.player)
        world = (who.player, who.world)
        if who.world is None:
            return budget.player_day
        return budget.world_day - self._used(world, lambda one: (one.player, one.world) == world)

    def _used(self, scope, concerns):
        return self.spent[scope] + sum(one.nanodollars for one in self.open_calls.values() if concerns(one.payer))

    def _idle(self, player):
        return self.bank.day(player).get("i#free", 0)

    @invariant()
    def every_nanodollar_is_accounted_for(self):
        held = 0
        for player in ("p1", "p2"):
            row = self.bank.day(player)
            mine = {call: one for call, one in self.open_calls.items() if one.payer.player == player}
            assert {one.call_id: one for one in rows.reservations(row)} == mine
            assert row.get("open", 0) == len(mine)
            assert row.get("spent", 0) == self.spent[player]
            assert row.get("used", 0) == self._used(player, lambda one, player=player: one.player == player)
            for world in ("w1", "w2"):
                here = (player, world)
                used = self._used(here, lambda one, here=here: (one.player, one.world) == here)
                assert row.get(f"w#{world}", 0) == used
            mine_free = self._used((player, "free"), lambda one, who=player: (one.player, one.plan) == (who, "free"))
            assert row.get("d#free", 0) == row.get("i#free", 0) + mine_free
            assert row.get("i#free", 0) >= 0
            held += row.get("i#free", 0)
        assert self.bank.drawn() == held + self._used("free", lambda one: one.plan == "free") <= POOL["day"]
        assert sum(self.ledger.values()) == self.spent["p1"] + self.spent["p2"]


def test_every_nanodollar_is_accounted_for(make_bank):
    Accounts.make_bank = staticmethod(make_bank)
    patient = settings(
        max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(Accounts, settings=patient)

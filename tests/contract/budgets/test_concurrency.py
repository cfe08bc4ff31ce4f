"""Many calls at once: exactly as many pass as the budget pays for, none is refused that it could pay."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from os import environ

import pytest
from bodybroker.adapters import budget_rows as rows
from bodybroker.ports.budgets import OverBudget

from tests.contract.budgets.conftest import PRICE, entry, payer

CALLS, PAID = 100, 40
THREADS = 25
SEED = int(environ.get("SEED", random.randrange(2**32)))


def together(work, calls=range(CALLS)):
    """What each call came to; a refusal counts as its scope."""

    def attempt(number):
        try:
            return work(number)
        except OverBudget as refused:
            return refused.scope

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(attempt, calls))


def passed(outcomes):
    return [outcome for outcome in outcomes if not isinstance(outcome, str)]


def test_a_player_who_can_pay_40_calls_makes_40_of_100(bank):
    outcomes = together(lambda number: bank.reserve(f"c{number}"))
    assert len(passed(outcomes)) == PAID
    assert Counter(outcome for outcome in outcomes if isinstance(outcome, str)) == {"player": CALLS - PAID}
    assert (bank.day()["used"], bank.day()["open"]) == (PAID * PRICE, PAID)


def test_two_worlds_share_the_players_day_exactly(bank):
    """The premium plan pays for 25 calls of a world and for 40 of a player."""
    worlds = [payer(plan="premium", world=f"w{number % 2}") for number in range(CALLS)]
    outcomes = together(lambda number: bank.reserve(f"c{number}", worlds[number]))
    assert len(passed(outcomes)) == PAID
    by_world = Counter(each.payer.world for each in passed(outcomes))
    assert max(by_world.values()) <= 25
    assert {world: bank.day()[f"w#{world}"] for world in by_world} == {
        world: number * PRICE for world, number in by_world.items()
    }


@pytest.mark.parametrize("draw", [1, 3], ids=["exact", "portions"])
def test_players_race_for_the_plans_pool(make_bank, draw):
    """100 players, a pool for 40 calls. Drawn in portions, what a player holds is not another's to spend: nobody is
    refused whom the pool itself could pay, and it is never overdrawn."""
    bank = make_bank(pool={"day": PAID * PRICE, "draw": draw * PRICE, "idle_s": 600})
    bank.admit(*(f"free{number}" for number in range(CALLS)))
    outcomes = together(lambda number: bank.reserve("c", payer(f"free{number}", "free")))
    paying = passed(outcomes)
    assert set(map(str, (one for one in outcomes if isinstance(one, str)))) == {"plan"}
    held = sum(row.get("i#free", 0) for row in bank.rows())
    assert bank.drawn() == PAID * PRICE == len(paying) * PRICE + held
    assert len(paying) == PAID if draw == 1 else len(paying) >= PAID // draw


def test_one_player_draws_from_the_pool_with_many_hands(bank):
    free = payer(plan="free")
    outcomes = together(lambda number: bank.reserve(f"c{number}", free))
    assert len(passed(outcomes)) == PAID
    assert (bank.drawn(), bank.day()["i#free"]) == (PAID * PRICE, 0)


def test_the_same_call_from_many_hands_is_reserved_and_settled_once(bank):
    reservations = together(lambda _: bank.reserve("c"))
    assert len(set(reservations)) == 1
    settled = together(lambda _: bank.budgets.settle(reservations[0], entry(reservations[0], 10)))
    assert settled.count(True) == 1
    assert (bank.day()["used"], bank.day()["open"]) == (10, 0)


@pytest.mark.parametrize("plan", ["basic", "free"])
def test_calls_that_crash_on_their_way_are_in_the_ledger_all_the_same(make_bank, plan):
    """Each call reserves; a third of them die before they settle. After the sweep the ledger is the sum of calls."""
    print(f"SEED={SEED}")
    fate = random.Random(SEED)
    bank = make_bank(player_day=10_000 * PRICE, world_day=10_000 * PRICE, pool=None if plan == "basic" else {
        "day": 10_000 * PRICE, "draw": 7 * PRICE, "idle_s": 600})  # fmt: skip
    crashes = [fate.random() < 1 / 3 for _ in range(PAID)]
    costs = [fate.randint(0, PRICE) for _ in range(PAID)]
    ledger = []
    settle = bank.budgets.settle

    def record(reservation, told):
        done = settle(reservation, told)
        if done:
            ledger.append(told)
        return done

    bank.budgets.settle = record

    def call(number):
        reservation = bank.reserve(f"c{number}", payer(plan=plan))
        if not crashes[number]:
            bank.budgets.settle(reservation, entry(reservation, costs[number]))
        return reservation

    together(call, range(PAID))
    bank.pass_time(60)
    together(lambda _: bank.keeper.sweep(), range(3))
    expected = sum(PRICE if crashed else cost for crashed, cost in zip(crashes, costs, strict=True))
    assert sorted(one.call_id for one in ledger) == sorted(f"c{number}" for number in range(PAID))
    assert sum(one.charged_nanodollars for one in ledger) == expected
    row = bank.day()
    assert (row["used"], row["spent"], row["open"], rows.reservations(row)) == (expected, expected, 0, [])
    if plan == "free":
        assert bank.drawn() == expected + row["i#free"]

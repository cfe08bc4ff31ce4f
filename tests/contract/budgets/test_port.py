"""What `ports.Budgets` promises, of the real ones and of those in memory on which other tests rely."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from bodybroker.kernel.clock import FixedClock
from bodybroker.models.budget import Level
from bodybroker.ports.budgets import Budgets, BudgetUpkeep, OverBudget
from bodybroker.services.sweep_budgets import BudgetKeeper

from tests.contract.budgets.conftest import NOON, PRICE, entry, payer, settings
from tests.fakes.budgets import MemoryBudgets

POOL = {"day": 60 * PRICE, "draw": 1, "idle_s": 600}
FREE = payer(plan="free")


@dataclass
class Desk:
    """Budgets of one kind, and what the world around them does."""

    budgets: Budgets
    upkeep: BudgetUpkeep
    keeper: BudgetKeeper
    turn: Callable[[Level], None]
    dismiss: Callable[[str], None]
    pass_time: Callable[[float], None]

    def reserve(self, call_id, who=None, amount=PRICE, **more):
        return self.budgets.reserve(call_id, who or payer(), "line", 3, amount, **more)

    def refusal(self, *arguments):
        with pytest.raises(OverBudget) as refused:
            self.reserve(*arguments)
        return refused.value.scope


@pytest.fixture(params=["memory", "dynamodb"])
def desk(request) -> Desk:
    if request.param == "dynamodb":
        bank = request.getfixturevalue("make_bank")(pool=POOL)
        return Desk(bank.budgets, bank.upkeep, bank.keeper, bank.switch.set, bank.dismiss, bank.pass_time)
    memory = MemoryBudgets(settings(pool=POOL), FixedClock(NOON))

    def pass_time(seconds):
        memory.clock = FixedClock(memory.clock.now() + timedelta(seconds=seconds))

    def turn(level):
        memory.level = level

    return Desk(memory, memory, _Keeper(memory), turn, memory.gone.add, pass_time)


class _Keeper:
    """The keeper of budgets whose clock is changed."""

    def __init__(self, memory):
        self._memory = memory

    def __getattr__(self, name):
        return getattr(self._memory.keeper(), name)


def test_reserving_again_gives_the_same_and_settles_once(desk):
    first = desk.reserve("c1")
    assert desk.reserve("c1") == first
    assert (first.day, first.nanodollars, first.expires_at) == ("2026-11-23", PRICE, int(NOON.timestamp()) + 60)
    assert desk.budgets.settle(first, entry(first, 1))
    assert not desk.budgets.settle(first, entry(first, 1))
    again = desk.reserve("c1")
    assert not desk.budgets.settle(again, entry(again, 1))


def test_a_call_that_takes_hours_is_held_for_hours(desk):
    patient = desk.reserve("c1", lifetime_s=7200)
    desk.reserve("c2")
    assert patient.expires_at == int(NOON.timestamp()) + 7200
    desk.pass_time(7199)
    assert desk.keeper.sweep().lost == 1
    desk.pass_time(1)
    assert desk.keeper.sweep().lost == 1
    assert not desk.budgets.settle(patient, entry(patient, 1))


def test_every_scope_refuses_at_its_limit_and_not_before(desk):
    premium = payer(plan="premium")
    desk.reserve("c1", premium, 25 * PRICE)
    assert desk.refusal("c2", premium, 1) == "world"
    desk.reserve("c3", payer(plan="premium", world="w2"), 15 * PRICE)
    assert desk.refusal("c4", payer(plan="premium", world="w3"), 1) == "player"
    desk.reserve("c5", payer("p2", "free"), 40 * PRICE)
    assert desk.refusal("c6", payer("p2", "free"), 1) == "player"


def test_the_pool_is_shared(desk):
    first = desk.reserve("c1", payer("p2", "free"), 40 * PRICE)
    desk.reserve("c2", FREE, 20 * PRICE)
    assert desk.refusal("c3", FREE, 1) == "plan"
    assert desk.budgets.settle(first, entry(first, 40 * PRICE))
    assert desk.refusal("c4", FREE, 1) == "plan"


def test_what_comes_back_can_be_spent(desk):
    reservation = desk.reserve("c1", amount=40 * PRICE)
    assert desk.refusal("c2", payer(), 1) == "player"
    desk.budgets.settle(reservation, entry(reservation, 15 * PRICE))
    desk.reserve("c3", amount=25 * PRICE)
    assert desk.refusal("c4", payer(), 1) == "player"


def test_the_switch_comes_before_everything(desk):
    desk.reserve("c1", FREE, 40 * PRICE)
    desk.turn("paid_only")
    desk.pass_time(5)
    assert desk.refusal("c2", FREE, 1) == "switch"
    desk.reserve("c3", payer("p2"))
    desk.turn("off")
    desk.pass_time(5)
    assert desk.refusal("c4", payer("p2")) == "switch"


def test_who_is_gone_gets_no_new_day(desk):
    reservation = desk.reserve("c1")
    desk.dismiss("p1")
    desk.keeper.close(payer().player)
    assert desk.upkeep.days(payer().player) == []
    assert not desk.budgets.settle(reservation, entry(reservation, 1))
    assert desk.refusal("c2") == "gone"
    desk.reserve("c3", payer("p2"))


@pytest.mark.parametrize("wrong", [-1, -PRICE])
def test_nobody_is_given_money(desk, wrong):
    with pytest.raises(AssertionError):
        desk.reserve("c1", amount=wrong)
    reservation = desk.reserve("c2")
    with pytest.raises(AssertionError):
        desk.budgets.settle(reservation, entry(reservation, wrong))
    with pytest.raises(AssertionError):
        desk.budgets.note(entry(reservation, PRICE))


def test_what_is_left_is_the_least_of_what_player_world_and_pool_have_left(desk):
    premium = payer(plan="premium")
    assert desk.budgets.left(premium) == 25 * PRICE
    assert desk.budgets.left(payer(plan="premium", world=None)) == 40 * PRICE
    held = desk.reserve("c1", premium, 10 * PRICE)
    assert desk.budgets.left(premium) == 15 * PRICE
    assert desk.budgets.left(payer(plan="premium", world="w2")) == 25 * PRICE
    desk.budgets.settle(held, entry(held, 4 * PRICE))
    assert desk.budgets.left(premium) == 21 * PRICE
    assert desk.budgets.left(payer(plan="premium", world=None)) == 36 * PRICE


def test_what_is_left_of_a_pool_is_left_to_all_of_its_players(desk):
    assert desk.budgets.left(FREE) == 40 * PRICE
    desk.reserve("c1", payer("p2", "free", "w2"), 30 * PRICE)
    assert desk.budgets.left(FREE) == 30 * PRICE
    desk.reserve("c2", FREE, 30 * PRICE)
    assert desk.budgets.left(FREE) == 0
    assert desk.budgets.left(payer("p3", "free", "w3")) == 0


def test_nothing_is_left_while_the_switch_lets_no_model_answer(desk):
    desk.turn("paid_only")
    assert (desk.budgets.left(FREE), desk.budgets.left(payer())) == (0, 40 * PRICE)
    desk.turn("off")
    desk.pass_time(6)
    assert desk.budgets.left(payer()) == 0

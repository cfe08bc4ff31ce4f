"""Reserving, settling, noting: what one caller sees."""

from datetime import UTC, datetime, timedelta

import pytest
from bodybroker.adapters import budget_rows as rows
from bodybroker.adapters.aws import to_item
from bodybroker.ports.budgets import OverBudget

from tests.contract.budgets.conftest import DAY, NOON, PRICE, entry, payer

FREE = payer(plan="free")


def refusal(bank, *arguments):
    with pytest.raises(OverBudget) as refused:
        bank.reserve(*arguments)
    return refused.value.scope


def test_a_call_is_charged_what_it_cost_and_the_rest_comes_back(bank):
    reservation = bank.reserve("c1")
    assert (reservation.day, reservation.nanodollars) == (DAY, PRICE)
    assert reservation.expires_at == int(NOON.timestamp()) + 60
    row = bank.day()
    assert (row["used"], row["spent"], row["open"], row["w#w1"]) == (PRICE, 0, 1, PRICE)
    assert bank.budgets.settle(reservation, entry(reservation, 300))
    row = bank.day()
    assert (row["used"], row["spent"], row["open"], row["w#w1"]) == (300, 300, 0, 300)
    assert rows.reservations(row) == []
    assert rows.read_entry(row["entry"]) == entry(reservation, 300)


def test_the_same_call_is_reserved_once_and_settled_once(bank):
    reservation = bank.reserve("c1")
    assert bank.reserve("c1") == reservation
    assert bank.day()["used"] == PRICE
    assert bank.budgets.settle(reservation, entry(reservation, 300))
    assert not bank.budgets.settle(reservation, entry(reservation, 300))
    assert not bank.budgets.settle(reservation, entry(reservation, 0, "failed"))
    assert (bank.day()["used"], bank.day()["spent"]) == (300, 300)


@pytest.mark.parametrize("later_s", [0, 59, 61])
def test_a_settled_call_that_is_reserved_again_costs_nothing_more(bank, later_s):
    """A request that the network held back must not become a reservation that nobody settles."""
    reservation = bank.reserve("c1")
    bank.budgets.settle(reservation, entry(reservation, 300))
    bank.pass_time(later_s)
    other = bank.reserve("c2")
    bank.budgets.settle(other, entry(other, 0))
    again = bank.reserve("c1")
    assert not bank.budgets.settle(again, entry(again, 300))
    assert (bank.day()["used"], bank.day()["open"]) == (300, 0)


def test_the_memory_of_settled_calls_does_not_grow(bank):
    most = 0
    for number in range(40):
        reservation = bank.reserve(f"c{number}")
        bank.budgets.settle(reservation, entry(reservation, 1))
        bank.pass_time(20)
        row = bank.day()
        most = max(most, sum(len(row.get(name, ())) for name in ("s0", "s1", "s2")))
    assert 3 <= most <= 9  # three a minute, in at most three minutes


def test_a_call_that_cost_more_than_was_reserved_is_charged_in_full(bank):
    reservation = bank.reserve("c1")
    assert bank.budgets.settle(reservation, entry(reservation, PRICE + 7))
    assert (bank.day()["used"], bank.day()["spent"], bank.day()["w#w1"]) == (PRICE + 7,) * 3


def test_the_last_nanodollar_can_be_spent_and_no_more(bank):
    bank.reserve("c1", payer(), 40 * PRICE - 1)
    assert refusal(bank, "c2", payer(), 2) == "player"
    bank.reserve("c3", payer(), 1)
    assert refusal(bank, "c4", payer(), 1) == "player"
    assert refusal(bank, "c5", payer("p2"), 40 * PRICE + 1) == "player"
    assert bank.day()["used"] == 40 * PRICE


def test_every_world_has_its_part_of_the_players_day(bank):
    first, second = payer(plan="premium"), payer(plan="premium", world="w2")
    bank.reserve("c1", first, 25 * PRICE)
    assert refusal(bank, "c2", first, 1) == "world"
    assert refusal(bank, "c3", second, 16 * PRICE) == "player"
    reservation = bank.reserve("c4", second, 15 * PRICE)
    bank.budgets.settle(reservation, entry(reservation, PRICE))
    assert (bank.day()["w#w1"], bank.day()["w#w2"], bank.day()["used"]) == (25 * PRICE, PRICE, 26 * PRICE)
    bank.reserve("c5", payer(plan="premium", world=None), 14 * PRICE)
    assert bank.day()["used"] == 40 * PRICE


def test_players_do_not_pay_for_each_other(bank):
    bank.reserve("c1", payer("p1"), 40 * PRICE)
    bank.reserve("c1", payer("p2"), 40 * PRICE)
    assert (bank.day("p1")["used"], bank.day("p2")["used"]) == (40 * PRICE, 40 * PRICE)


def test_a_new_day_has_a_new_budget_and_a_call_is_paid_by_the_day_it_began_on(bank):
    bank.clock.instant = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
    reservation = bank.reserve("c1", payer(), 40 * PRICE)
    bank.pass_time(2)
    bank.reserve("c2", payer(), 40 * PRICE)
    assert bank.budgets.settle(reservation, entry(reservation, 5))
    assert (bank.day()["used"], bank.day(day="2026-11-24")["used"]) == (5, 40 * PRICE)
    kept_until = datetime.fromtimestamp(bank.day()["expires_at"], UTC)
    assert kept_until == datetime(2026, 11, 27, tzinfo=UTC)


def test_whoever_changes_the_plan_has_the_new_budget_less_what_is_spent(bank):
    bank.reserve("c1", FREE, 40 * PRICE)
    assert refusal(bank, "c2", FREE, 1) == "player"
    vip = bank.settings.plans.vip.model_copy(update={"player_day": 100 * PRICE, "world_day": 100 * PRICE})
    plans = bank.settings.plans.model_copy(update={"vip": vip})
    upgraded = bank.with_settings(bank.settings.model_copy(update={"plans": plans}))
    upgraded.reserve("c3", payer(plan="vip"), 60 * PRICE)
    assert refusal(upgraded, "c4", payer(plan="vip"), 1) == "player"


def test_a_free_call_reserves_nothing_and_is_still_in_the_ledger(bank):
    for who in (payer("p1"), payer("p2", "free")):
        reservation = bank.reserve("c1", who, 0)
        assert bank.budgets.settle(reservation, entry(reservation, 0))
        assert bank.day(who.player)["entry"]


def test_an_entry_that_nobody_pays_is_noted_once(bank):
    reservation = bank.reserve("c1")
    noted = entry(reservation, 0, "hedged")
    bank.budgets.note(noted)
    bank.budgets.note(noted)
    (row,) = (row for row in bank.rows() if row["sk"] == "E#c1")
    assert rows.read_entry(row["entry"]) == noted
    assert row["expires_at"] == bank.day()["expires_at"]
    assert bank.day()["used"] == PRICE


def test_only_the_write_that_settles_shows_an_entry(bank):
    """The table's stream is the ledger's outbox: whoever reads its images must not meet an entry twice."""
    reservation = bank.reserve("c1", FREE)
    bank.budgets.settle(reservation, entry(reservation, 300))
    assert "entry" in bank.day()
    bank.reserve("c2", FREE)
    assert "entry" not in bank.day()
    second = bank.reserve("c3", FREE)
    bank.budgets.settle(second, entry(second, 1))
    bank.reserve("c4", FREE, 10 * PRICE)  # draws from the pool
    assert "entry" not in bank.day()
    bank.budgets.settle(bank.reserve("c5", FREE), entry(bank.reserve("c5", FREE), 1))
    bank.pass_time(3600)
    (day,) = bank.upkeep.days(FREE.player)
    assert bank.upkeep.give_back(day, "free") > 0
    assert "entry" not in bank.day()


class TestPool:
    """The plan's pool: players draw portions of it."""

    def test_a_draw_is_a_portion_for_several_calls(self, bank):
        for number in range(5):
            bank.reserve(f"c{number}", FREE)
            assert bank.drawn() == 5 * PRICE
        bank.reserve("c5", FREE)
        assert bank.drawn() == 10 * PRICE
        assert bank.day()["i#free"] == 4 * PRICE

    def test_a_call_dearer_than_a_portion_draws_what_it_needs(self, bank):
        bank.reserve("c1", FREE, 7 * PRICE)
        assert (bank.drawn(), bank.day()["i#free"]) == (7 * PRICE, 0)

    def test_a_player_never_draws_more_than_the_day_may_cost(self, bank):
        bank.reserve("c1", FREE, 37 * PRICE)
        bank.reserve("c2", FREE)
        assert (bank.drawn(), bank.day()["i#free"]) == (40 * PRICE, 2 * PRICE)

    def test_near_its_end_a_draw_shrinks_to_what_is_missing(self, make_bank):
        bank = make_bank(pool={"day": 43 * PRICE, "draw": 5 * PRICE, "idle_s": 600})
        bank.reserve("c1", payer("p2", "free"), 40 * PRICE)
        bank.reserve("c2", FREE, 2 * PRICE)
        assert bank.drawn() == 42 * PRICE
        assert refusal(bank, "c3", FREE, 2 * PRICE) == "plan"
        bank.reserve("c4", FREE)
        assert bank.drawn() == 43 * PRICE
        assert bank.day()["used"] == 3 * PRICE
        assert refusal(bank, "c5", FREE, 1) == "plan"
        bank.reserve("c6", payer("p1", "basic"))  # other plans have no pool

    def test_what_a_call_did_not_cost_serves_the_players_next_one(self, bank):
        reservation = bank.reserve("c1", FREE, 5 * PRICE)
        bank.budgets.settle(reservation, entry(reservation, PRICE))
        assert bank.day()["i#free"] == 4 * PRICE
        bank.reserve("c2", FREE, 4 * PRICE)
        assert bank.drawn() == 5 * PRICE

    def test_what_lies_idle_goes_back_once(self, bank):
        bank.reserve("c1", FREE)
        (day,) = bank.upkeep.unfinished()
        assert day.idle == {"free": 4 * PRICE}
        assert bank.upkeep.give_back(day, "free", day.touched - 1) == 0
        assert bank.upkeep.give_back(day, "free", day.touched) == 4 * PRICE
        assert bank.upkeep.give_back(day, "free", day.touched) == 0
        assert (bank.drawn(), bank.day()["i#free"]) == (PRICE, 0)
        bank.reserve("c2", FREE)
        assert bank.drawn() == 6 * PRICE


class TestSwitch:
    """The kill switch."""

    def test_levels(self, bank):
        premium = payer("p2", "premium")
        for level, who_is_refused in (("paid_only", [FREE]), ("off", [FREE, premium]), ("on", [])):
            bank.switch.set(level)
            for who in (FREE, premium):
                if who in who_is_refused:
                    assert refusal(bank, f"{level}{who.player}", who) == "switch"
                else:
                    bank.reserve(f"{level}{who.player}", who)

    def test_another_process_sees_it_within_five_seconds_and_asks_no_oftener(self, bank):
        other = bank.with_settings(bank.settings)
        other.reserve("c1", FREE)
        bank.switch.set("off")
        other.pass_time(4.9)
        other.reserve("c2", FREE)
        other.pass_time(0.1)
        assert refusal(other, "c3", FREE) == "switch"

    def test_a_call_under_way_is_settled_also_when_models_are_off(self, bank):
        reservation = bank.reserve("c1")
        bank.switch.set("off")
        assert bank.budgets.settle(reservation, entry(reservation, 300))

    def test_a_level_that_nobody_knows_stops_everything(self, bank):
        item = to_item({**rows.SWITCH, "level": "weekends"})
        bank.client.put_item(TableName=bank.table, Item=item)
        assert refusal(bank, "c1") == "switch"


class TestDeletedPlayers:
    """Whoever is gone does not get a budget back."""

    def test_who_never_was_has_none(self, bank):
        assert refusal(bank, "c1", payer("nobody")) == "gone"
        assert bank.rows() == []

    def test_the_rows_go_and_what_was_open_is_in_the_ledger(self, bank):
        spent = bank.reserve("c1", FREE, 2 * PRICE)
        bank.budgets.settle(spent, entry(spent, PRICE))
        bank.budgets.note(entry(spent, 0, "hedged"))
        open_call = bank.reserve("c2", FREE, 2 * PRICE)
        bank.dismiss("p1")
        settled = []
        bank.budgets.settle, settle = lambda *both: settled.append(both[1]) or settle(*both), bank.budgets.settle
        bank.keeper.close(FREE.player)
        assert [row["pk"] for row in bank.rows()] == ["POOL#free"]
        assert bank.drawn() == 3 * PRICE, "what is spent stays drawn, the rest went back"
        assert [(one.call_id, one.verdict, one.charged_nanodollars) for one in settled] == [("c2", "lost", 2 * PRICE)]
        assert not settle(open_call, entry(open_call, 1))
        assert refusal(bank, "c3", FREE) == "gone"
        assert [row["pk"] for row in bank.rows()] == ["POOL#free"]
        bank.keeper.close(FREE.player)

    def test_others_keep_theirs(self, bank):
        bank.reserve("c1", payer("p1"))
        bank.reserve("c2", payer("p2"))
        bank.dismiss("p1")
        bank.keeper.close(payer("p1").player)
        assert [row["pk"] for row in bank.rows()] == ["P#p2"]


class TestSweep:
    """Calls that never came back."""

    def test_an_expired_reservation_is_charged_in_full_and_the_late_settlement_comes_to_nothing(self, bank):
        lost, alive = bank.reserve("c1"), None
        bank.pass_time(30)
        alive = bank.reserve("c2")
        bank.pass_time(29)
        assert bank.keeper.sweep().lost == 0
        bank.pass_time(1)
        swept = bank.keeper.sweep()
        assert (swept.lost, swept.charged) == (1, PRICE)
        told = rows.read_entry(bank.day()["entry"])
        assert (told.call_id, told.verdict, told.charged_nanodollars, told.layer) == ("c1", "lost", PRICE, 3)
        assert told.at == (NOON + timedelta(seconds=60)).isoformat()
        assert not bank.budgets.settle(lost, entry(lost, 1))
        assert bank.budgets.settle(alive, entry(alive, 1))
        assert (bank.day()["used"], bank.day()["open"]) == (PRICE + 1, 0)
        assert bank.keeper.sweep().lost == 0

    def test_players_who_have_left_give_their_portion_back(self, bank):
        for player in ("p1", "p2"):
            reservation = bank.reserve("c1", payer(player, "free"))
            bank.budgets.settle(reservation, entry(reservation, 100))
            bank.pass_time(300)
        assert bank.drawn() == 10 * PRICE
        swept = bank.keeper.sweep()
        assert (swept.given_back, bank.drawn()) == (5 * PRICE - 100, 5 * PRICE + 100)
        bank.pass_time(300)
        assert bank.keeper.sweep().given_back == 5 * PRICE - 100
        assert bank.drawn() == 200

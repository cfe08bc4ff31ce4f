"""Machines of our own: the notes' table from its inputs, and what must hold of any fleet."""

from decimal import Decimal

import pytest
from bodybroker.models import cost_fleet, prices
from bodybroker.models.player_day import JobUse
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cost.conftest import COMPLETION, PROMPT, SHARED, TURNS

NANO = 10**9
HOURS = Decimal("2.5")


@pytest.fixture
def turn_seconds(shipped):
    """Seconds of a host that 60 turns of 2048 and 128 tokens take: an hour of one player."""

    def of(host):
        return 60 * cost_fleet.pace(shipped.batches, shipped.hosts[host].speed_percent).seconds(
            Decimal(2048), Decimal(128)
        )

    return of


def dollars(nanodollars, places):
    return round(nanodollars / NANO, places)


def test_two_batches_tell_reading_from_writing(shipped):
    pace = cost_fleet.pace(shipped.batches, Decimal(100))
    for batch in shipped.batches:
        rate = batch.completion / pace.seconds(Decimal(batch.prompt), Decimal(batch.completion))
        assert float(rate) == pytest.approx(float(batch.completions_per_second))
    assert 0 < pace.read < pace.write
    slow = cost_fleet.pace(shipped.batches, Decimal(50))
    assert (slow.read, slow.write) == (2 * pace.read, 2 * pace.write)


@pytest.mark.parametrize(
    ("host", "ccu", "peak", "mean", "cost"),
    [
        ("l4", 100, 2, "2.0", "0.101"),
        ("h100", 100, 2, "2.0", "0.860"),
        ("l4", 1000, 10, "4.7", "0.023"),
        ("h100", 1000, 2, "2.0", "0.086"),
    ],
)
def test_the_notes_fleet(shipped, turn_seconds, host, ccu, peak, mean, cost):
    hour = prices.book().services[shipped.hosts[host].instance].usd
    found = cost_fleet.machines(ccu, turn_seconds(host), hour, HOURS, shipped.fleet)
    assert (found.peak, round(found.mean, 1)) == (peak, Decimal(mean))
    assert dollars(found.player_day, 3) == Decimal(cost)


@pytest.mark.parametrize(("api", "ccu"), [("gpt-5", 44), ("bedrock-llama-3.1-8b", 164), ("gpt-5-mini", 219)])
def test_the_notes_break_even(model, shipped, turn_seconds, api, ccu):
    """About 44, 160 and 220 players, at 1800 and 70 tokens a turn of which 70 % are cached."""
    use = JobUse(TURNS, TURNS * PROMPT, TURNS * SHARED, TURNS * SHARED, TURNS * COMPLETION)
    cost = model(line=use, warm=use)
    hour = prices.book().services[shipped.hosts["l4"].instance].usd
    bill = cost_fleet.api_dialogue(cost, cost.loads("basic"), api)
    found = cost_fleet.break_even_ccu(bill, turn_seconds("l4"), hour, HOURS, shipped.fleet)
    assert found == ccu
    below, above = (
        cost_fleet.machines(n, turn_seconds("l4"), hour, HOURS, shipped.fleet).player_day for n in (ccu - 1, ccu)
    )
    assert below > bill >= above


def test_the_notes_break_even_with_a_small_model_is_none(model, shipped, turn_seconds):
    """They say 660 players, where two idle machines cost as much: but so many players need more than two of them."""
    cost = model()
    hour = prices.book().services[shipped.hosts["l4"].instance].usd
    bill = cost_fleet.api_dialogue(cost, cost.loads("basic"), "gpt-6-luna")
    assert cost_fleet.break_even_ccu(bill, Decimal(0), hour, HOURS, shipped.fleet) == 661
    assert cost_fleet.break_even_ccu(bill, turn_seconds("l4"), hour, HOURS, shipped.fleet) is None


def test_a_machine_that_is_busy_enough_costs_what_the_api_does(shipped, turn_seconds):
    hour, fleet, api = Decimal("0.8048"), shipped.fleet, Decimal(30_000_000)
    use = cost_fleet.use_needed(api, turn_seconds("l4"), hour, HOURS, fleet)
    assert 0 < use < 100
    paid_seconds = turn_seconds("l4") * HOURS * fleet.adapters_percent / use
    assert float(paid_seconds / 3600 * hour * NANO) == pytest.approx(float(api))
    assert round(cost_fleet.use_needed(api / 2, turn_seconds("l4"), hour, HOURS, fleet) - 2 * use, 20) == 0


def test_no_number_of_players_pays_against_an_api_that_is_cheaper_than_a_busy_machine(shipped, turn_seconds):
    hour, fleet = Decimal("0.8048"), shipped.fleet
    busy = cost_fleet.machines(10**7, turn_seconds("l4"), hour, HOURS, fleet).player_day
    assert cost_fleet.break_even_ccu(busy * 9 / 10, turn_seconds("l4"), hour, HOURS, fleet) is None
    assert cost_fleet.break_even_ccu(Decimal(0), turn_seconds("l4"), hour, HOURS, fleet) is None
    assert cost_fleet.break_even_ccu(busy * 11 / 10, turn_seconds("l4"), hour, HOURS, fleet) is not None


def test_only_what_is_not_cached_is_read(model, shipped):
    use = JobUse(10, 1000, 400, 0, 100)
    pace = cost_fleet.pace(shipped.batches, Decimal(100))
    seconds = cost_fleet.player_hour_seconds(model(line=use, acts=use).loads("basic"), pace, HOURS)
    assert seconds == pace.seconds(Decimal(2 * 600), Decimal(2 * 100)) / HOURS


def test_the_notes_utilisation(shipped):
    found = [tuple(round(use) for use in cost_fleet.utilisation(setup, prices.book())) for setup in shipped.utilisation]
    assert found == [(19, 11), (26, 16), (75, 45), (35, 7), (29, 6), (40, 8), (46, 10)]


def test_the_notes_bronze(shipped):
    price = prices.load()["gpt-5-pro"]
    month = Decimal("63.296") * 730
    tokens = cost_fleet.bronze_tokens(shipped.bronze, price, prices.book())
    assert round(month) == 46206 and round(tokens / 10**6) == 685
    assert tokens * (price.input + price.output) / 2 == month * NANO


@given(st.integers(1, 10**6), st.integers(1, 10**5))
def test_more_players_never_cost_more_each(ccu, more):
    from bodybroker.models import cost_settings

    fleet = cost_settings.load().fleet
    few, many = (cost_fleet.machines(n, Decimal(3), Decimal("0.8"), HOURS, fleet).player_day for n in (ccu, ccu + more))
    assert many <= few * (1 + Decimal("1e-20"))

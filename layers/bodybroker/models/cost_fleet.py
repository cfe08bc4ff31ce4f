"""Machines of our own against prices by the token: how many are needed, how busy they must be, when they pay."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bodybroker.models.cost_model import DIALOGUE, HOSTED_ONLY, CostModel, Load
from bodybroker.models.cost_settings import Batch, Bronze, Fleet, Setup
from bodybroker.models.prices import NANO, SECONDS, Price, Prices

_HOURS_A_DAY = 24
_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of a machine that a token takes, in a full batch, to be read and to be written."""

    read: Decimal
    write: Decimal

    def seconds(self, fresh: Decimal, completion: Decimal) -> Decimal:
        """For so many tokens."""
        return fresh * self.read + completion * self.write


def pace(batches: tuple[Batch, Batch], speed_percent: Decimal) -> Pace:
    """From two measured batches: how long requests of two shapes take tells reading and writing apart."""
    one, two = batches
    first, second = (batch.completion / batch.completions_per_second for batch in batches)
    determinant = Decimal(one.prompt * two.completion - two.prompt * one.completion)
    read = (first * two.completion - second * one.completion) / determinant
    write = (second * one.prompt - first * two.prompt) / determinant
    if min(read, write) <= 0:
        raise ValueError("batches: they say that reading or writing takes no time")
    return Pace(read * 100 / speed_percent, write * 100 / speed_percent)


def player_hour_seconds(loads: Iterable[Load], per_token: Pace, hours: Decimal) -> Decimal:
    """Seconds of a machine that an hour of one player's dialogue takes."""
    talk = [load for load in loads if load.layer == DIALOGUE and load.measured]
    fresh = sum((load.prompt - load.hosted_cached for load in talk), Decimal(0))
    return per_token.seconds(fresh, sum((load.completion for load in talk), Decimal(0))) / hours


@dataclass(frozen=True, slots=True)
class Machines:
    """At so many concurrent players: machines at the peak, machines on average, nanodollars of a player-day."""

    peak: int
    mean: Decimal
    player_day: Decimal


def machines(ccu: int, hour_seconds: Decimal, dollars_an_hour: Decimal, hours: Decimal, fleet: Fleet) -> Machines:
    """What dialogue costs on machines of our own that follow the load, but never go below the least."""
    need = ccu * hour_seconds / SECONDS * fleet.adapters_percent / fleet.use_percent
    peak = max(fleet.machines_min, int(need.to_integral_value(ROUND_CEILING)))
    mean = max(Decimal(fleet.machines_min), need / fleet.peak_to_mean_percent * fleet.headroom_percent)
    player_days = Decimal(ccu) * 100 / fleet.peak_to_mean_percent * _HOURS_A_DAY / hours
    return Machines(peak, mean, mean * dollars_an_hour * NANO * _HOURS_A_DAY / player_days)


def break_even_ccu(
    api_player_day: Decimal, hour_seconds: Decimal, dollars_an_hour: Decimal, hours: Decimal, fleet: Fleet
) -> int | None:
    """From how many concurrent players on the machines are no dearer than an API at so many nanodollars a player-day.

    None where they never are. A fleet gets cheaper with players as long as the least number of machines is enough.
    """
    idle = fleet.machines_min * dollars_an_hour * NANO * hours * fleet.peak_to_mean_percent / 100
    ccu = int((idle / api_player_day).to_integral_value(ROUND_CEILING)) if api_player_day else 0
    if ccu < 1 or machines(ccu, hour_seconds, dollars_an_hour, hours, fleet).player_day > api_player_day:
        return None
    return ccu


def use_needed(
    api_player_day: Decimal, hour_seconds: Decimal, dollars_an_hour: Decimal, hours: Decimal, fleet: Fleet
) -> Decimal:
    """How busy a machine must be to be no dearer than an API, in per cent; above 100 it never is."""
    busy = hour_seconds * hours / SECONDS * dollars_an_hour * NANO * fleet.adapters_percent / 100
    return busy / api_player_day * 100


def utilisation(setup: Setup, prices: Prices) -> tuple[Decimal, Decimal]:
    """The use of a machine, in per cent, at which its written tokens cost the lower and the higher price."""
    hour = prices.services[setup.instance]
    a_million = hour.cost_nanodollars(Decimal(1)) / NANO / (setup.write * SECONDS) * _MILLION
    return a_million / setup.low * 100, a_million / setup.high * 100


def bronze_tokens(bronze: Bronze, price: Price, prices: Prices) -> Decimal:
    """Tokens a month from which on a machine of one's own is no dearer than an API, if it can write that many."""
    month = prices.services[bronze.instance].cost_nanodollars(Decimal(bronze.hours_per_month))
    share = Decimal(bronze.output_percent) / 100
    return month / (price.output * share + price.input * (1 - share))


def api_dialogue(model: CostModel, loads: Iterable[Load], reference: str) -> Decimal:
    """Nanodollars of a player-day's dialogue on a cloud model."""
    price = model.prices.tokens[reference]
    return sum(
        (
            (load.prompt - load.cloud_cached) * price.input
            + load.cloud_cached * price.cached
            + load.completion * price.output
            for load in loads
            if load.layer == DIALOGUE and load.measured and load.job != HOSTED_ONLY
        ),
        Decimal(0),
    )

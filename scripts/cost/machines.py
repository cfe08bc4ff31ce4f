"""Machines of our own: how busy they must be, from how many players on they pay, and what bronze would take."""

from decimal import Decimal

from bodybroker.models import cost_fleet
from bodybroker.models.cost_fleet import Machines
from bodybroker.models.cost_model import CostModel
from bodybroker.models.cost_settings import Host

from scripts.cost.sections import SUBSCRIBER
from scripts.cost.tables import Table, dollars

_MILLION = 10**6


def hour_seconds(model: CostModel, host: Host) -> Decimal:
    """Seconds of a host that an hour of a subscriber's dialogue takes."""
    per_token = cost_fleet.pace(model.settings.batches, host.speed_percent)
    return cost_fleet.player_hour_seconds(model.loads(SUBSCRIBER), per_token, model.settings.hours_per_day)


def hourly_dollars(model: CostModel, instance: str) -> Decimal:
    """What a machine's hour costs."""
    rate = model.prices.services[instance]
    return rate.usd / rate.per


def at(model: CostModel, host: Host, ccu: int) -> Machines:
    """The machines for so many concurrent players."""
    settings = model.settings
    return cost_fleet.machines(
        ccu, hour_seconds(model, host), hourly_dollars(model, host.instance), settings.hours_per_day, settings.fleet
    )


def fleet(model: CostModel) -> Table:
    """Dialogue on machines, by concurrent players."""
    rows = []
    for ccu in model.settings.fleet.ccu:
        row = [f"{ccu:,}"]
        for host in model.settings.hosts.values():
            found = at(model, host, ccu)
            row += [str(found.peak), f"{found.mean:.1f}", dollars(found.player_day, 5)]
        rows.append(row)
    columns = ["concurrent players"]
    for name in model.settings.hosts:
        columns += [f"{name} at peak", "on average", "$ a player-day"]
    return Table("Dialogue on machines of our own", columns, rows)


def break_even(model: CostModel) -> Table:
    """From how many concurrent players on machines are no dearer than an API."""
    settings = model.settings
    rows = []
    for name in dict.fromkeys((*settings.references.model_dump().values(), *settings.also)):
        api = cost_fleet.api_dialogue(model, model.loads(SUBSCRIBER), name)
        row = [name, dollars(api)]
        for host in settings.hosts.values():
            own = (
                hour_seconds(model, host),
                hourly_dollars(model, host.instance),
                settings.hours_per_day,
                settings.fleet,
            )
            ccu, use = cost_fleet.break_even_ccu(api, *own), cost_fleet.use_needed(api, *own)
            row += ["never" if ccu is None else f"{ccu:,}", f"{use:.1f} %"]
        rows.append(row)
    columns = ["dialogue on", "$ a player-day"]
    for name in settings.hosts:
        columns += [f"CCU from which {name} pays", f"use at which {name} pays"]
    least = f"never fewer than {settings.fleet.machines_min} machines, {settings.fleet.use_percent} % use at peak"
    return Table("Break-even of a subscriber's dialogue: an API against machines of our own", columns, rows, (least,))


def utilisation(model: CostModel) -> Table:
    """How busy a machine must be for a price."""
    rows = []
    for setup in model.settings.utilisation:
        low, high = cost_fleet.utilisation(setup, model.prices)
        hour = hourly_dollars(model, setup.instance)
        rows.append(
            [
                setup.setup,
                setup.instance,
                f"{hour:.4f}",
                f"{setup.write:,}",
                f"{low:.0f} % for {setup.low}",
                f"{high:.0f} % for {setup.high}",
            ]
        )
    columns = (
        "setup",
        "machine",
        "$ an hour",
        "tokens written a second",
        "use for the low price",
        "for the high price",
    )
    return Table("GPU use that the required prices of 1M written tokens need", columns, rows)


def bronze(model: CostModel) -> Table:
    """Bronze on a machine of its own against APIs."""
    settings, rows = model.settings.bronze, []
    for name in settings.against:
        tokens = cost_fleet.bronze_tokens(settings, model.prices.tokens[name], model.prices)
        rows.append([name, f"{tokens / _MILLION:,.0f} M", f"{tokens / settings.hours_per_month / 3600:,.0f}"])
    columns = ("instead of", "tokens a month", "tokens a second, all month")
    machine = f"one {settings.instance} all month, {settings.output_percent} % of the tokens written"
    return Table("Break-even of bronze", columns, rows, (machine,))

"""Plots of the cost model: PNG files."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from bodybroker.models import cost_fleet
from bodybroker.models.cost_model import CostModel, Scenario
from bodybroker.models.cost_settings import PLANS
from bodybroker.models.prices import NANO
from matplotlib import pyplot
from matplotlib.axes import Axes

from scripts.cost import machines
from scripts.cost.sections import LAYERS, SUBSCRIBER, swings

mpl.use("Agg")

STRONGEST = 15


def write(model: CostModel, folder: Path) -> list[Path]:
    """plans.png, references.png, sensitivity.png and fleet.png in `folder`."""
    drawings = {"plans": _plans, "references": _references, "sensitivity": _sensitivity, "fleet": _fleet}
    written = []
    for name, draw in drawings.items():
        figure, axes = pyplot.subplots(figsize=(8, 4.5))
        draw(model, axes)
        figure.tight_layout()
        path = folder / f"{name}.png"
        figure.savefig(path, dpi=120)
        pyplot.close(figure)
        written.append(path)
    return written


def _plans(model: CostModel, axes: Axes) -> None:
    """The hybrid by plan and layer, beside the owner's bands."""
    below = dict.fromkeys(PLANS, 0.0)
    for layer, label in LAYERS.items():
        heights = {plan: model.day(plan).of_layer(layer) / NANO for plan in PLANS}
        axes.bar(PLANS, [heights[plan] for plan in PLANS], bottom=[below[plan] for plan in PLANS], label=label)
        below = {plan: below[plan] + heights[plan] for plan in PLANS}
    for place, plan in enumerate(PLANS):
        band = model.settings.bands.get(plan)
        if band:
            axes.fill_between([place - 0.4, place + 0.4], float(band.low), float(band.high), color="grey", alpha=0.25)
    axes.set_ylabel("dollars a player-day (grey: the owner's band)")
    axes.legend()


def _references(model: CostModel, axes: Axes) -> None:
    """A subscriber's day: the hybrid beside cloud-only."""
    bars: Mapping[str, Scenario] = {"hybrid": Scenario()}
    for kind, name in model.settings.references.model_dump().items():
        bars = {
            **bars,
            f"{kind}\n{name}": Scenario(name),
            f"{kind}\ncontent cache": Scenario(name, content_cache=True),
        }
    heights = [model.day(SUBSCRIBER, scenario).total / NANO for scenario in bars.values()]
    drawn = axes.bar(list(bars), heights, color=["tab:green"] + ["tab:red", "tab:orange"] * 3)
    axes.bar_label(drawn, [f"{height:.2f}" for height in heights])
    axes.set_ylabel("dollars of a subscriber's day")
    axes.tick_params(axis="x", labelsize=8)


def _sensitivity(model: CostModel, axes: Axes) -> None:
    """The tornado."""
    strongest = swings(model)[:STRONGEST][::-1]
    names = [name for name, _, _ in strongest]
    axes.barh(names, [float(half) for _, half, _ in strongest], label="x 0.5")
    axes.barh(names, [float(twice) for _, _, twice in strongest], label="x 2")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel("change of a subscriber's day in the hybrid, per cent")
    axes.legend()


def _fleet(model: CostModel, axes: Axes) -> None:
    """Dialogue on machines of our own, by concurrent players, beside APIs."""
    ccu = model.settings.fleet.ccu
    for name, host in model.settings.hosts.items():
        axes.plot(ccu, [float(machines.at(model, host, n).player_day / NANO) for n in ccu], marker="o", label=name)
    for kind, name in model.settings.references.model_dump().items():
        api = float(cost_fleet.api_dialogue(model, model.loads(SUBSCRIBER), name) / NANO)
        axes.axhline(api, linestyle="--", linewidth=0.9)
        axes.annotate(f"{kind}: {name}", (ccu[0], api), fontsize=8, va="bottom")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("concurrent players")
    axes.set_ylabel("dollars of a player-day's dialogue")
    axes.legend()

"""Plots of many careers: the median of each style by day, with the middle half shaded."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles

import matplotlib as mpl
from bodybroker.world import rules
from matplotlib import pyplot

from play.bots.career import Career, Dawn

mpl.use("Agg")


def write_plots(found: Sequence[Career], folder: Path) -> None:
    """wealth.png, rank.png, heat.png and deaths.png in `folder`."""
    ladder = [rank.name for rank in rules.load().ranks.ranks]
    _plot(found, folder / "wealth.png", "wealth, dollars", lambda dawn: dawn.wealth_cents / 100)
    _plot(found, folder / "rank.png", "rank (0 = street level)", lambda dawn: ladder.index(dawn.rank))
    _plot(found, folder / "heat.png", "heat", lambda dawn: dawn.heat)
    _plot(found, folder / "deaths.png", "deaths so far", lambda dawn: dawn.deaths)


def _plot(found: Sequence[Career], path: Path, label: str, value: Callable[[Dawn], float]) -> None:
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for style in dict.fromkeys(career.style for career in found):
        by_day: dict[int, list[float]] = {}
        for career in found:
            for dawn in career.dawns if career.style == style else ():
                by_day.setdefault(dawn.day, []).append(value(dawn))
        days = [day for day, values in sorted(by_day.items()) if len(values) > 1]
        quarters = [quantiles(by_day[day], n=4) for day in days]
        axes.plot(days, [middle for _, middle, _ in quarters], label=style)
        axes.fill_between(days, [low for low, _, _ in quarters], [high for _, _, high in quarters], alpha=0.15)
    axes.set_xlabel("day")
    axes.set_ylabel(label)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)

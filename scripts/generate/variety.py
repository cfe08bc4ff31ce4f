"""Variety: how differently places of one kind turn out (expressive range, after Smith and Whitehead, PCG 2010)."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, pstdev

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot
from matplotlib.colors import LogNorm

from scripts.generate.figures import PLOTS

mpl.use("Agg")

Figures = Mapping[str, Sequence[Mapping[str, float]]]
BINS = 24
"""Fields of each plot along each side; in so many by so many the entropy counts, too."""


def measure(figures: Figures) -> dict[str, dict[str, float]]:
    """Per kind: for each figure its spread, `filled`: how much of the plot's fields is reached, and their entropy.

    Entropy in bits, from 0 (all the same) to log2 of the number of places or fields. `spread` is the mean over
    figures of the standard deviation per mean.
    """
    found = {}
    for kind, places in sorted(figures.items()):
        first, second = _pair(places)
        fields = Counter(zip(_binned(first), _binned(second), strict=True))
        columns = {name: [place[name] for place in places] for name in places[0]}
        found[kind] = {
            "places": len(places),
            "fields": len(fields),
            "entropy_bits": sum(n / len(places) * math.log2(len(places) / n) for n in fields.values()),
            "spread": mean(pstdev(values) / abs(mean(values)) for values in columns.values() if mean(values)),
            **{
                f"{name}_{end.__name__}": round(end(values), 3)
                for name, values in columns.items()
                for end in (min, max)
            },
        }
    return found


def table(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """One line per kind."""
    lines = [f"{'variety':<24}{'places':>9}{'fields':>8}{'entropy, bits':>15}{'spread':>9}"]
    for name, kinds in found.items():
        for kind, row in kinds.items():
            lines.append(
                f"{name + ' ' + kind:<24}{row['places']:>9,.0f}{row['fields']:>8.0f}"
                f"{row['entropy_bits']:>15.2f}{row['spread']:>9.2f}"
            )
    return "\n".join(lines)


def plot(name: str, figures: Figures, path: Path) -> None:
    """The expressive range: kinds in columns, pairs of figures in rows, each field as bright as it is full."""
    kinds, pairs = sorted(figures), PLOTS[name]
    figure, grid = pyplot.subplots(
        len(pairs), len(kinds), figsize=(3.2 * len(kinds), 3.0 * len(pairs)), squeeze=False, layout="constrained"
    )
    for column, kind in enumerate(kinds):
        for row, (across, up) in enumerate(pairs):
            axes = grid[row][column]
            xs, ys = ([place[which] for place in figures[kind]] for which in (across, up))
            axes.hist2d(xs, ys, bins=BINS, cmap="magma", norm=LogNorm(vmin=0.5))
            axes.set_xlabel(across.replace("_", " "))
            axes.set_ylabel(up.replace("_", " "))
            axes.set_facecolor("black")
            if row == 0:
                axes.set_title(kind)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _pair(places: Sequence[Mapping[str, float]]) -> tuple[list[float], list[float]]:
    """The figures of the first plot that knows them."""
    across, up = next(pairs[0] for pairs in PLOTS.values() if pairs[0][0] in places[0])
    return [place[across] for place in places], [place[up] for place in places]


def _binned(values: Sequence[float]) -> list[int]:
    low, high = min(values), max(values)
    if low == high:
        return [0] * len(values)
    return [int(i) for i in np.minimum((np.array(values) - low) / (high - low) * BINS, BINS - 1)]

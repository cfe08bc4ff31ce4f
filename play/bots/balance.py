"""Many bots of every style play many nights: ``python -m play.bots.balance --bots 1000 --nights 60``.

Writes plots and a report to build/balance; ends with status 1 when the game is out of balance: a style that dominates,
one that never gets to the top, or a player without a legal move.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from bodybroker.world import rules
from rich.console import Console
from rich.table import Table as Grid

from play.bots.career import Career, play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable

OUT = Path(__file__).parents[2] / "build" / "balance"
DOMINANCE = 2
"""The richest style may have so many times the wealth of the median one."""


@dataclass(frozen=True)
class Result:
    """The medians of a style over its careers, in dollars and days."""

    style: str
    careers: int
    wealth: float
    kings: int
    king_day: float | None
    deaths: float
    arrests: float
    sold: float
    stuck: int


def careers(bots: int, nights: int, first_seed: int) -> list[Career]:
    """`bots` careers, the styles in turn, each on a seed of its own."""
    jobs = [(style, first_seed + n, nights) for n, style in enumerate(islice(cycle(STYLES), bots))]
    with ProcessPoolExecutor() as pool:
        return list(pool.map(_career, jobs, chunksize=4))


def _career(job: tuple[str, int, int]) -> Career:
    style, seed, nights = job
    return play(LocalTable(seed, rules.load()), Mind(STYLES[style], seed), nights)


def results(found: Sequence[Career]) -> list[Result]:
    """One result per style, the richest first."""
    by_style: dict[str, list[Career]] = {}
    for career in found:
        by_style.setdefault(career.style, []).append(career)
    return sorted((_result(style, group) for style, group in by_style.items()), key=lambda result: -result.wealth)


def _result(style: str, group: Sequence[Career]) -> Result:
    kings = [career.king_on_day for career in group if career.king_on_day is not None]
    ends = [career.dawns[-1] for career in group]
    return Result(
        style=style,
        careers=len(group),
        wealth=median(end.wealth_cents for end in ends) / 100,
        kings=len(kings),
        king_day=median(kings) if kings else None,
        deaths=median(end.deaths for end in ends),
        arrests=median(end.arrests for end in ends),
        sold=median(end.sold for end in ends),
        stuck=sum(bool(career.stuck) for career in group),
    )


def faults(found: Sequence[Result]) -> list[str]:
    """What is out of balance; nothing when all is well."""
    wrong = []
    middle = median(result.wealth for result in found)
    if found[0].wealth > DOMINANCE * middle:
        wrong.append(f"{found[0].style} dominates: {found[0].wealth:,.0f} against a median of {middle:,.0f} dollars")
    wrong += [f"no {result.style} became king" for result in found if not result.kings]
    wrong += [f"{result.stuck} careers of {result.style} got stuck" for result in found if result.stuck]
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays, writes, prints; the exit status says whether the game is in balance."""
    parser = argparse.ArgumentParser(prog="make balance")
    parser.add_argument("--bots", type=int, default=1000)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first bot; the others count on from it")
    options = parser.parse_args(arguments)
    found = careers(options.bots, options.nights, options.seed)
    OUT.mkdir(parents=True, exist_ok=True)
    # Only whoever measures the balance needs the plotting library.
    from play.bots.plots import write_plots

    write_plots(found, OUT)
    by_style = results(found)
    wrong = faults(by_style)
    _report(by_style, wrong, options)
    for career in found:
        if career.stuck:
            print(f"stuck: {career.style} seed {career.seed}: {career.stuck}")
    return 1 if wrong else 0


def _report(found: Sequence[Result], wrong: Sequence[str], options: argparse.Namespace) -> None:
    columns = ("style", "careers", "median wealth $", "kings", "median day", "deaths", "arrests", "parts sold", "stuck")
    rows = [
        (
            result.style,
            str(result.careers),
            f"{result.wealth:,.0f}",
            str(result.kings),
            "-" if result.king_day is None else f"{result.king_day:.0f}",
            f"{result.deaths:.0f}",
            f"{result.arrests:.0f}",
            f"{result.sold:.0f}",
            str(result.stuck),
        )
        for result in found
    ]
    title = f"{options.bots} bots, {options.nights} nights, seeds from {options.seed}"
    grid = Grid(*columns, title=title)
    for row in rows:
        grid.add_row(*row)
    console = Console(width=120)
    console.print(grid)
    for line in wrong or ["in balance"]:
        console.print(line)
    lines = [f"# Balance: {title}", "", " | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(row) for row in rows]
    lines += ["", *(f"- {line}" for line in wrong or ["in balance"]), ""]
    lines += [f"![{name}]({name}.png)" for name in ("wealth", "rank", "heat", "deaths")]
    (OUT / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.print(f"plots and report: {OUT}")


if __name__ == "__main__":
    sys.exit(main())

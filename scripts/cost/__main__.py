"""Print what a player-day costs and write build/cost: ``make cost``, or ``make cost LEDGER=<file or folder>``."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from bodybroker.kernel import configuration
from bodybroker.models import cost_settings, prices
from bodybroker.models.cost_model import CostFault, CostModel
from bodybroker.models.player_day import PlayerDay
from pydantic import ValidationError
from rich.console import Console

from scripts.cost import actual, machines, sections
from scripts.cost.tables import Table

ROOT = Path(__file__).parents[2]
MEASURED = ROOT / "build" / "player_day.json"
OUT = ROOT / "build" / "cost"
WIDTH = 170


def read_day(path: Path) -> PlayerDay:
    """A measurement; raises CostFault when it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=PlayerDay)
    except (OSError, msgspec.MsgspecError) as error:
        raise CostFault([f"{path}: {error}; `make player-day` measures one"]) from error


def tables(model: CostModel, found: PlayerDay) -> list[Table]:
    """Everything that is printed, in its order."""
    return [
        sections.where_numbers_come_from(model, found),
        sections.by_plan(model),
        sections.against_cloud(model),
        sections.other_models(model),
        sections.reasoning(model),
        machines.fleet(model),
        machines.break_even(model),
        machines.utilisation(model),
        machines.bronze(model),
        sections.sensitivity(model),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Works out, prints, writes; status 1 lists what is wrong with the inputs."""
    parser = argparse.ArgumentParser(prog="make cost")
    parser.add_argument("--day", type=Path, default=MEASURED, help="what `make player-day` wrote")
    parser.add_argument("--ledger", type=Path, help="a file of ledger entries (JSON Lines), or a folder of them")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    try:
        found = read_day(options.day)
        model = CostModel(
            cost_settings.load(), prices.book(), found.plans, configuration.load("tiers"), found.hours_per_day
        )
        model.check()
        entries = actual.read(options.ledger) if options.ledger else []
    except CostFault as wrong:
        print("\n".join(wrong.faults), file=sys.stderr)
        return 1
    except ValidationError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    shown = tables(model, found) + ([actual.table(model, entries)] if options.ledger else [])
    _report(model, shown, options.out)
    return 0


def _report(model: CostModel, shown: Sequence[Table], folder: Path) -> None:
    # Only whoever asks for the report needs the plotting library.
    from scripts.cost import plots

    folder.mkdir(parents=True, exist_ok=True)
    drawn = plots.write(model, folder)
    console = Console(width=WIDTH)
    for table in shown:
        table.show(console)
    lines = ["# What a player-day costs", ""]
    for table in shown:
        lines += table.markdown()
    lines += [f"![{path.stem}]({path.name})" for path in drawn]
    (folder / "report.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stale = model.prices.stale(datetime.now(UTC).date())
    if stale:
        console.print(f"Nobody has looked at these prices for {model.prices.stale_after_days} days: {', '.join(stale)}")
    console.print(f"plots and report: {folder}")


if __name__ == "__main__":
    sys.exit(main())

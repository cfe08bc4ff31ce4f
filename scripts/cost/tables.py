"""Tables: worked out once, shown on the terminal and in the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bodybroker.models.prices import NANO
from rich.console import Console
from rich.table import Table as Grid


@dataclass(frozen=True)
class Table:
    """A titled table; `notes` stand below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def show(self, console: Console) -> None:
        grid = Grid(*self.columns, title=self.title, title_justify="left")
        for row in self.rows:
            grid.add_row(*row)
        console.print(grid)
        for note in self.notes:
            console.print(f"  {note}", highlight=False)
        console.print()

    def markdown(self) -> list[str]:
        lines = [f"## {self.title}", "", f"| {' | '.join(self.columns)} |", f"|{' --- |' * len(self.columns)}"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return [*lines, "", *(f"- {note}" for note in self.notes), *([""] if self.notes else [])]


def dollars(nanodollars: int | Decimal, places: int = 4) -> str:
    """An amount as dollars."""
    return f"{Decimal(nanodollars) / NANO:,.{places}f}"


def percent(part: int | Decimal, whole: int | Decimal) -> str:
    """A part of a whole."""
    return f"{Decimal(part) / Decimal(whole) * 100:.0f} %" if whole else "-"

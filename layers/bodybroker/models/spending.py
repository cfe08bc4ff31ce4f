"""What calls have cost, summed up."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from bodybroker.models.ledger import Entry
from bodybroker.models.usage import Usage

Key = TypeVar("Key", bound=Hashable)
HOUR = len("2026-11-23T07")
"""An ISO 8601 time up to its hour, and up to its day."""
DAY = len("2026-11-23")


@dataclass(frozen=True, slots=True)
class Costs:
    """What some calls have cost, in nanodollars; `charged` is what players' budgets paid of it."""

    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: int = 0
    charged: int = 0

    def __add__(self, other: "Costs") -> "Costs":
        return Costs(
            self.calls + other.calls,
            self.usage + other.usage,
            self.cost + other.cost,
            self.charged + other.charged,
        )


def costs_of(entry: Entry) -> Costs:
    """One call's."""
    return Costs(1, entry.usage, entry.cost_nanodollars, entry.charged_nanodollars)


def costs_by(entries: Iterable[Entry], key: Callable[[Entry], Key]) -> dict[Key, Costs]:
    """What calls have cost, by what `key` says of each."""
    sums: dict[Key, Costs] = defaultdict(Costs)
    for entry in entries:
        sums[key(entry)] += costs_of(entry)
    return dict(sums)


@dataclass(frozen=True, slots=True)
class Report:
    """Costs by something, and how many days and hours of players they are for: those in which they made a call."""

    parts: dict[str, Costs]
    total: Costs
    player_days: int
    player_hours: int


def report(entries: Iterable[Entry], by: str) -> Report:
    """Costs by a member of entries, such as `layer`."""
    parts: dict[str, Costs] = defaultdict(Costs)
    hours: set[tuple[str, str]] = set()
    for entry in entries:
        parts[str(getattr(entry, by))] += costs_of(entry)
        hours.add((entry.player, entry.at[:HOUR]))
    days = {(player, hour[:DAY]) for player, hour in hours}
    return Report(dict(sorted(parts.items())), sum(parts.values(), Costs()), len(days), len(hours))

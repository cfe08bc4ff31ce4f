"""Use case: entries go from the table of budgets into the ledger's files, each exactly once.

Streams tell an entry at least once, in batches that may be cut otherwise the next time. The file of an entry follows
from the entry alone, and a file holds a call once: so an entry that is told again changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodybroker.models.ledger import Entry, by_file
from bodybroker.ports import LedgerFiles


@dataclass(frozen=True, slots=True)
class Costs:
    """What some calls have cost, in nanodollars; `charged` is what players' budgets paid of it."""

    calls: int = 0
    cost: int = 0
    charged: int = 0

    def __add__(self, other: "Costs") -> "Costs":
        return Costs(self.calls + other.calls, self.cost + other.cost, self.charged + other.charged)


def export(files: LedgerFiles, entries: Iterable[Entry]) -> Sequence[Entry]:
    """Put entries into their files; those that were not there before. Raises Unavailable; repeat it then."""
    return [new for name, told in sorted(by_file(entries).items()) for new in files.add(name, told)]


def costs_by_layer_and_tier(entries: Iterable[Entry]) -> Mapping[tuple[int, str], Costs]:
    """What calls have cost, by layer and tier."""
    sums: dict[tuple[int, str], Costs] = defaultdict(Costs)
    for entry in entries:
        sums[entry.layer, entry.tier] += Costs(1, entry.cost_nanodollars, entry.charged_nanodollars)
    return sums

"""What was really spent: the ledger's entries, from JSON Lines files (.gz or not), beside the model."""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
from bodybroker.kernel.plans import Plan
from bodybroker.models.cost_model import CostFault, CostModel
from bodybroker.models.cost_settings import PLANS
from bodybroker.models.ledger import Entry

from scripts.cost.sections import LAYERS
from scripts.cost.tables import Table, dollars

FAULTS_TOLD = 20


@dataclass(frozen=True)
class Spent:
    """What the players of one plan had from one layer: nanodollars that models cost, and that players paid."""

    calls: int
    tokens: int
    cost: int
    charged: int


def read(place: Path) -> list[Entry]:
    """The entries of a file, or of every .jsonl and .jsonl.gz below a folder, each once; raises CostFault."""
    files = sorted(path for path in place.rglob("*.jsonl*") if path.is_file()) if place.is_dir() else [place]
    entries: dict[str, Entry] = {}
    faults: list[str] = [] if files else [f"{place} holds no .jsonl file"]
    for path in files:
        try:
            for number, line in _lines(path):
                try:
                    entry = msgspec.json.decode(line, type=Entry)
                    _date(entry)
                except (msgspec.MsgspecError, ValueError) as error:
                    faults.append(f"{path}:{number}: {error}")
                else:
                    entries.setdefault(entry.call_id, entry)
        except (OSError, EOFError, zlib.error) as error:
            faults.append(f"{path}: {error}")
    if faults:
        raise CostFault(faults[:FAULTS_TOLD])
    return list(entries.values())


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Those that are not empty, with their numbers."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def _date(entry: Entry) -> date:
    """The day, in UTC; raises ValueError."""
    return datetime.fromisoformat(entry.at).astimezone(UTC).date()


def player_days(entries: Iterable[Entry]) -> dict[Plan, int]:
    """On how many days how many players of each plan had something of a model."""
    seen = {(entry.plan, entry.player, _date(entry)) for entry in entries}
    return {plan: sum(1 for kind, _, _ in seen if kind == plan) for plan in PLANS}


def by_layer(entries: Sequence[Entry]) -> dict[tuple[Plan, int], Spent]:
    """What each plan spent on each layer."""
    found: dict[tuple[Plan, int], Spent] = {}
    for entry in entries:
        key, usage = (entry.plan, entry.layer), entry.usage
        so_far = found.get(key, Spent(0, 0, 0, 0))
        found[key] = Spent(
            so_far.calls + 1,
            so_far.tokens + usage.prompt_tokens + usage.completion_tokens,
            so_far.cost + entry.cost_nanodollars,
            so_far.charged + entry.charged_nanodollars,
        )
    return dict(sorted(found.items()))


def table(model: CostModel, entries: Sequence[Entry]) -> Table:
    """The ledger's cost of a player-day beside the model's."""
    days, spent, hours = player_days(entries), by_layer(entries), model.settings.hours_per_day
    rows = []
    for (plan, layer), sums in spent.items():
        day = model.day(plan)
        modelled = sum(cost for job, cost in day.jobs.items() if day.layers[job] == layer)
        a_day = Decimal(sums.cost) / days[plan]
        rows.append(
            [
                plan,
                LAYERS.get(layer, str(layer)) if layer else "safety",
                str(days[plan]),
                f"{sums.calls:,}",
                f"{sums.tokens:,}",
                *(dollars(amount, 6) for amount in (a_day, a_day / hours, Decimal(modelled))),
                dollars(Decimal(sums.charged) / days[plan], 6),
            ]
        )
    total = sum(entry.cost_nanodollars for entry in entries)
    columns = (
        "plan",
        "layer",
        "player-days",
        "calls",
        "tokens",
        "$ a player-day",
        "$ a player-hour",
        "the model says",
        "charged to players",
    )
    note = (
        f"{len(entries):,} entries, {dollars(total, 9)} dollars; a player-hour is a day's part, at {hours} hours a day"
    )
    return Table("The ledger: what models really cost", columns, rows, (note,))

"""The ledger: one entry for each call of a model that was paid for, or that was answered without a model."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from bodybroker.kernel.plans import Plan
from bodybroker.models.usage import Usage

Verdict = Literal["answered", "cached", "procedural", "failed", "lost", "hedged", "late"]
"""`lost`: nobody came back to settle, so what was reserved is charged; `hedged`: the house paid the slower of two;
`late`: it paid an answer that came when nobody waited any more."""


class Entry(Struct, frozen=True):
    """One call. Money in nanodollars (1e-9 USD), times in milliseconds, `at` ISO 8601 in UTC.

    `charged` is what the player's budget paid: 0 where the house pays, as it does for hedges.
    """

    call_id: str
    at: str
    player: str
    plan: Plan
    world: str | None
    job: str
    layer: int
    tier: str
    model: str
    adapter: str | None
    verdict: Verdict
    usage: Usage
    cost_nanodollars: int
    charged_nanodollars: int
    latency_ms: int
    first_token_ms: int | None = None


def file_of(entry: Entry) -> str:
    """The name of the file that holds an entry: a function of the entry alone, so that whoever writes it, as often as
    it may be, writes it there. Files are those of a minute, in partitions by day and hour (UTC).
    """
    at = datetime.fromisoformat(entry.at).astimezone(UTC)
    return f"dt={at:%Y-%m-%d}/hour={at:%H}/{at:%M}.jsonl.gz"


def by_file(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by the file that holds them."""
    files: dict[str, list[Entry]] = {}
    for entry in entries:
        files.setdefault(file_of(entry), []).append(entry)
    return files


def merged(kept: Iterable[Entry], told: Iterable[Entry]) -> list[Entry]:
    """A file's entries when it is told of some: each call once, as it was told first, in the order of time."""
    calls: dict[str, Entry] = {}
    for entry in (*kept, *told):
        calls.setdefault(entry.call_id, entry)
    return sorted(calls.values(), key=lambda entry: (entry.at, entry.call_id))

"""The ledger's files in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bodybroker.models.ledger import Entry, merged


@dataclass
class MemoryLedgerFiles:
    """`ports.LedgerFiles`; `faulty` is what was put aside."""

    files: dict[str, list[Entry]] = field(default_factory=dict)
    faulty: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        kept = self.files.get(name, [])
        known = {entry.call_id for entry in kept}
        self.files[name] = merged(kept, entries)
        return [entry for entry in merged([], entries) if entry.call_id not in known]

    def put_aside(self, name: str, what: bytes) -> None:
        self.faulty[name] = what

    def read(self, day: date) -> Iterator[Entry]:
        for name, entries in sorted(self.files.items()):
            if name.startswith(f"dt={day.isoformat()}/"):
                yield from entries

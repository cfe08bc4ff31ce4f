"""A log that remembers."""

from dataclasses import dataclass, field


@dataclass
class MemoryLog:
    """`kernel.log.Log`; `records` holds (message, fields)."""

    records: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, message: str, **fields: object) -> None:
        self.records.append((message, fields))

    warning = error = info

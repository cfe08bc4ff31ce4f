"""Records of the control plane: in memory for reading, in the journal before a write is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Protocol

from local_cloud.sagemaker.shapes import Record


class Journal(Protocol):
    """What the emulator offers: durable (fsync) on return."""

    def put(self, service: str, key: str, value: bytes) -> None: ...

    def delete(self, service: str, key: str) -> None: ...

    def load(self, service: str) -> dict[str, bytes]: ...


class Table:
    """The records of one kind by name, each written through to the journal."""

    def __init__(self, journal: Journal, service: str, kind: str, records: dict[str, Record]) -> None:
        self._journal = journal
        self._service = service
        self._kind = kind
        self._records = records

    def get(self, name: str) -> Record | None:
        """The record, or None."""
        return self._records.get(name)

    def put(self, name: str, record: Record) -> None:
        """Store a record; durable on return."""
        self._journal.put(self._service, f"{self._kind}/{name}", json.dumps(record).encode())
        self._records[name] = record

    def delete(self, name: str) -> None:
        """Forget a record; durable on return."""
        self._journal.delete(self._service, f"{self._kind}/{name}")
        self._records.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self._records

    def __iter__(self) -> Iterator[Record]:
        return iter(list(self._records.values()))


class Store:
    """The tables of one service, loaded from the journal once."""

    def __init__(self, journal: Journal, service: str) -> None:
        self._journal = journal
        self._service = service
        self._loaded: dict[str, dict[str, Record]] = {}
        for key, value in journal.load(service).items():
            kind, _, name = key.partition("/")
            self._loaded.setdefault(kind, {})[name] = json.loads(value)

    def table(self, kind: str) -> Table:
        """The table of a kind; ask once per kind and keep it."""
        return Table(self._journal, self._service, kind, self._loaded.pop(kind, {}))

"""The documents on disk: SQLite, synced before a write is acknowledged, so that a SIGKILL loses none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS indices (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    index_name TEXT NOT NULL, id TEXT NOT NULL, source TEXT, version INTEGER NOT NULL, seq_no INTEGER NOT NULL,
    PRIMARY KEY (index_name, id)
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Record:
    """One document as it is kept; no source means that it was deleted, its version lives on."""

    id: str
    source: dict[str, Any] | None
    version: int
    seq_no: int


class Store:
    """Indices and documents in one file. Every method is durable when it returns."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)

    def indices(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every index, with its settings and mapping."""
        for name, body in self._connection.execute("SELECT name, body FROM indices").fetchall():
            yield name, json.loads(body)

    def put_index(self, name: str, body: dict[str, Any]) -> None:
        """Keep an index's settings and mapping."""
        self._connection.execute("INSERT OR REPLACE INTO indices VALUES (?, ?)", (name, json.dumps(body)))

    def delete_index(self, name: str) -> None:
        """Forget an index and all of its documents."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.execute("DELETE FROM indices WHERE name = ?", (name,))
            self._connection.execute("DELETE FROM documents WHERE index_name = ?", (name,))

    def records(self, name: str) -> Iterator[Record]:
        """The documents of an index, and the tombstones of deleted ones."""
        query = "SELECT id, source, version, seq_no FROM documents WHERE index_name = ? ORDER BY seq_no"
        for id_, source, version, seq_no in self._connection.execute(query, (name,)):
            yield Record(id_, None if source is None else json.loads(source), version, seq_no)

    def put(self, changes: Iterable[tuple[str, Record]]) -> None:
        """Keep the records of (index, record), all or none."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)",
                (
                    (name, record.id, None if record.source is None else json.dumps(record.source), record.version,
                     record.seq_no)
                    for name, record in changes
                ),
            )  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

"""The ledger's files."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from bodybroker.models.ledger import Entry


class LedgerFiles(Protocol):
    """Files of entries, for whoever reads the books: each call is in them once."""

    def add(self, name: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Put entries into the file that `models.ledger.file_of` names for them; those that were not in it.

        Repeated, or beside others who write the same file, it loses nothing and doubles nothing. Raises Unavailable.
        """

    def put_aside(self, name: str, what: bytes) -> None:
        """Keep what cannot be read as an entry, for somebody to look at. Raises Unavailable."""

    def read(self, day: date) -> Iterator[Entry]:
        """A day's entries. Raises Unavailable."""

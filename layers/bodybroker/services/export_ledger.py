"""Use case: entries go from the table of budgets into the ledger's files, each exactly once.

Streams tell an entry at least once, in batches that may be cut otherwise the next time. The file of an entry follows
from the entry alone, and a file holds a call once: so an entry that is told again changes nothing.
"""

from collections.abc import Iterable, Sequence

from bodybroker.models.ledger import Entry, by_file
from bodybroker.ports.ledger import LedgerFiles


def export(files: LedgerFiles, entries: Iterable[Entry]) -> Sequence[Entry]:
    """Put entries into their files; those that were not there before. Raises Unavailable; repeat it then."""
    return [new for name, told in sorted(by_file(entries).items()) for new in files.add(name, told)]

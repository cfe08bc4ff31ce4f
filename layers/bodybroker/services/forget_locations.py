"""Use case: the documents of places go with the branches on which they were made."""

from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.locations import LocationStore
from bodybroker.ports.vault import Shredded
from bodybroker.ports.worlds import EventStore


def forget_deleted_branches(store: EventStore, locations: LocationStore, key: WorldKey) -> int:
    """Remove the documents of every branch that is gone; how many rows that were. It may be repeated.

    The branches with documents are read first: one of them that is not there afterwards was deleted, not just begun.
    Of a world that is gone, or whose player is, the eraser removes everything.
    """
    written = locations.branches(key)
    try:
        living = {stretch.branch_id for stretch in store.stretches(key)}
    except Shredded:
        return 0
    return locations.forget_branches(key, written - living) if living and written - living else 0

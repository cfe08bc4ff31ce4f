"""Use case: look at a world, its history, its branches, and at what a finished command led to."""

from collections.abc import Sequence
from dataclasses import replace

from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports import Branch, EventStore, Loaded, Receipt
from bodybroker.services.recording import Outcome
from bodybroker.world.events import Recorded


def read_world(store: EventStore, key: WorldKey) -> Loaded:
    """The world at its head; raises NotFound."""
    loaded = store.load(key)
    if loaded is None:
        raise _no_such_world()
    return loaded


def read_history(store: EventStore, key: WorldKey, after: int, limit: int) -> Sequence[Recorded]:
    """Up to `limit` events above `after` on the active branch's lineage; raises NotFound."""
    return store.history(key, read_branches(store, key), after, limit)


def read_branches(store: EventStore, key: WorldKey) -> Sequence[Branch]:
    """Every branch, the active one last; raises NotFound."""
    branches = store.branches(key)
    if not branches:
        raise _no_such_world()
    return branches


def read_outcome(store: EventStore, key: WorldKey, receipt: Receipt) -> Outcome:
    """What the command of `receipt` led to when it was carried out, read back from the log."""
    head = read_world(store, key).head
    branches = store.branches(key)[: receipt.ordinal + 1]
    state = store.state_at(key, receipt.ordinal, receipt.version)
    recorded = tuple(store.history(key, branches, receipt.version - receipt.events, receipt.events))
    assert state is not None and recorded, f"the receipt {receipt} points outside the log"
    then = replace(
        head,
        ordinal=receipt.ordinal,
        branch_id=branches[-1].branch_id,
        version=receipt.version,
        updated_at=recorded[-1].recorded_at,
    )
    return Outcome(then, state, recorded, replayed=True)


def _no_such_world() -> NotFound:
    return NotFound("You have no such world.")

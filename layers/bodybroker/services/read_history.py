"""Use case: read the history of a branch, page by page, all of it or some kinds of events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.ports.worlds import EventStore
from bodybroker.services.read_world import read_tree
from bodybroker.world.branches import lineage
from bodybroker.world.events import Recorded

LOOKED_AT = 2000
"""Events that one page may pass over in search of what it is to hold."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Events, oldest first. More may follow above version `next_after`, unless it is None."""

    events: Sequence[Recorded]
    next_after: int | None


def read_history(
    store: EventStore,
    key: WorldKey,
    after: int,
    limit: int,
    *,
    branch_id: BranchId | None = None,
    types: Collection[str] = (),
) -> Page:
    """Up to `limit` events above `after` of a branch and of what came before it: the active one unless named.

    With `types` only such events count, and a page may hold fewer than there are: it looks at `LOOKED_AT` events at
    most. Raises NotFound.
    """
    tree = read_tree(store, key)
    tip = tree.branch(branch_id).tip
    pieces = lineage(tree.stretches, tip)
    found: list[Recorded] = []
    last = min(after + LOOKED_AT, tip.version) if types else tip.version
    while len(found) < limit and after < last:
        chunk = store.history(key, pieces, after, CHUNK if types else limit)
        wanted = [recorded for recorded in chunk if not types or _type(recorded) in types][: limit - len(found)]
        found += wanted
        after = wanted[-1].seq if len(found) == limit else chunk[-1].seq
    return Page(found, after if after < tip.version else None)


def _type(recorded: Recorded) -> str:
    return str(recorded.event.__struct_config__.tag)

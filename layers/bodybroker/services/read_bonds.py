"""Use case: what an NPC holds of others in the active branch, and what made it so, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import EntityId, WorldKey
from bodybroker.ports.worlds import EventStore
from bodybroker.services.read_world import Tree, read_tree
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.events import BondChanged
from bodybroker.world.bonds.views import Held, Turning, held_by, turning
from bodybroker.world.branches import lineage
from bodybroker.world.events import Recorded
from bodybroker.world.rules import Rules

LOOKED_AT = 2000
"""Events that one page may pass over in search of what it is to hold."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Bonds:
    """What is held now, and why. More may be found before version `next_before`, unless it is None."""

    version: int
    held: list[Held]
    why: list[Turning]
    next_before: int | None


def read_bonds(
    store: EventStore,
    key: WorldKey,
    npc_id: EntityId,
    rules: Rules,
    *,
    towards: EntityId | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Bonds:
    """What the NPC holds of `towards`, or of everybody; up to `limit` changes before version `before`.

    It looks at `LOOKED_AT` events at most. Raises NotFound for an unknown world or NPC.
    """
    tree = read_tree(store, key)
    state = tree.loaded.state
    for one in (npc_id, towards):
        if one not in (None, PLAYER) and one not in state.npcs:
            raise NotFound("Nobody of that id lives in this world.", code="unknown_npc")
    top = state.version if before is None else min(before - 1, state.version)
    floor, why = max(0, top - LOOKED_AT), []
    for recorded in _backwards(store, key, tree, top, floor):
        event = recorded.event
        if isinstance(event, BondChanged) and event.of == npc_id and towards in (None, event.towards):
            why.append(turning(recorded.seq, event))
            if len(why) == limit:
                floor = recorded.seq - 1
                break
    return Bonds(state.version, held_by(state, npc_id, rules, towards), why, floor + 1 if floor > 0 else None)


def _backwards(store: EventStore, key: WorldKey, tree: Tree, top: int, floor: int) -> Iterator[Recorded]:
    """The events above version `floor` and up to version `top` of the active branch, the latest first."""
    pieces = lineage(tree.stretches, tree.here)
    while top > floor:
        low = max(floor, top - CHUNK)
        yield from reversed(store.history(key, pieces, low, top - low))
        top = low

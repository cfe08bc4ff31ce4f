"""Use case: see what differs between two versions of a world, whatever their branches."""

from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.ports.worlds import EventStore
from bodybroker.services.read_world import read_state, read_tree
from bodybroker.world.diff import Change, diff
from bodybroker.world.known_state import known_state

Version = tuple[BranchId | None, int]
"""A branch (None: the active one) and a version of its history."""


def compare_versions(store: EventStore, key: WorldKey, before: Version, after: Version) -> list[Change]:
    """The changes from one version to the other, as far as the player may know them.

    Raises NotFound, or Refused `no_such_version`.
    """
    tree = read_tree(store, key)
    older, newer = (read_state(store, key, tree.point(*version)) for version in (before, after))
    return diff(known_state(older), known_state(newer))

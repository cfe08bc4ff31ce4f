"""Use case: look at a world, its branches, and at what a finished command led to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bodybroker.kernel.errors import NotFound, Refused
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.ports.worlds import EventStore, Loaded, Receipt
from bodybroker.services.recording import Outcome
from bodybroker.world import branches
from bodybroker.world.branches import Branch, Point, Stretch
from bodybroker.world.state import State


@dataclass(frozen=True, slots=True)
class Tree:
    """A world as it stands and all of its branches, seen at one instant."""

    loaded: Loaded
    stretches: Sequence[Stretch]

    @property
    def here(self) -> Point:
        """Where the active branch has come to."""
        return Point(self.loaded.head.ordinal, self.loaded.head.version)

    @property
    def newest(self) -> Stretch:
        """The stretch that is being played."""
        return self.stretches[-1]

    def branches(self) -> list[Branch]:
        """Every branch, in the order in which they began."""
        return branches.branches(self.stretches, self.loaded.head.version)

    def branch(self, branch_id: BranchId | None) -> Branch:
        """A branch, the active one for None; raises NotFound."""
        wanted = branch_id or self.loaded.head.branch_id
        for branch in self.branches():
            if branch.branch_id == wanted:
                return branch
        raise NotFound("This world has no such branch.", code="unknown_branch")

    def point(self, branch_id: BranchId | None, version: int) -> Point:
        """The place after event `version` of a branch's history; raises NotFound, or Refused `no_such_version`."""
        tip = self.branch(branch_id).tip
        if version > tip.version:
            raise Refused("no_such_version", f"The branch's history ends at version {tip.version}.")
        return Point(tip.ordinal, version)


def read_world(store: EventStore, key: WorldKey) -> Loaded:
    """The world at its head; raises NotFound."""
    loaded = store.load(key)
    if loaded is None:
        raise NotFound("You have no such world.")
    return loaded


def read_tree(store: EventStore, key: WorldKey) -> Tree:
    """The world and its branches; raises NotFound. Where a branch begins between the two reads, we look again."""
    while True:
        tree = Tree(read_world(store, key), store.stretches(key))
        if tree.stretches and tree.newest.ordinal == tree.loaded.head.ordinal:
            return tree


def read_state(store: EventStore, key: WorldKey, point: Point) -> State:
    """The world as it was at a point of its history."""
    state = store.state_at(key, point.ordinal, point.version)
    assert state is not None and state.version == point.version, f"the log of {key} does not reach {point}"
    return state


def read_outcome(store: EventStore, key: WorldKey, receipt: Receipt) -> Outcome:
    """What the command of `receipt` led to when it was carried out, read back from the log.

    Raises Refused `branch_deleted` when that is gone with its branch.
    """
    tree = read_tree(store, key)
    found = [stretch for stretch in tree.stretches if stretch.ordinal == receipt.ordinal]
    if not found:
        raise Refused("branch_deleted", "What this command led to has been deleted with its branch.")
    point = Point(receipt.ordinal, receipt.version)
    pieces = branches.lineage(tree.stretches, point)
    recorded = tuple(store.history(key, pieces, receipt.version - receipt.events, receipt.events))
    assert len(recorded) == receipt.events, f"the receipt {receipt} points outside the log"
    then = replace(
        tree.loaded.head,
        ordinal=receipt.ordinal,
        branch_id=found[0].branch_id,
        version=receipt.version,
        updated_at=recorded[-1].recorded_at if recorded else found[0].created_at,
    )
    return Outcome(then, read_state(store, key, point), recorded, replayed=True)

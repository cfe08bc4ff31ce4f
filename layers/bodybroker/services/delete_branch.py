"""Use case: delete a branch for good. One transaction hides it; then its rows are removed bit by bit."""

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports.vault import Shredded
from bodybroker.ports.worlds import Commit, EventStore, Receipt
from bodybroker.services.change_branches import commit_once
from bodybroker.services.read_world import Tree

ROWS_PER_SWEEP = 2000
"""Rows that one run of the projector removes: some seconds."""


def delete_branch(store: EventStore, key: WorldKey, command_id: str, branch_id: BranchId) -> bool:
    """Delete a branch that is not active and from which none descends; says whether that had been done before.

    Raises NotFound, Refused (`branch_active`, `branch_has_descendants`, `idempotency_key_reused`), or Conflict when the
    world moves meanwhile.
    """
    payload_hash = digest({"delete_branch": branch_id})

    def plan(tree: Tree) -> Commit:
        head, branch = tree.loaded.head, tree.branch(branch_id)
        if branch.branch_id == head.branch_id:
            raise Refused("branch_active", "The active branch cannot be deleted: switch to another one first.")
        children = [other.branch_id for other in tree.branches() if other.parent_id == branch_id]
        if children:
            detail = "Other branches descend from that one: delete them first."
            raise Refused("branch_has_descendants", detail, branches=children)
        receipt = Receipt(command_id, payload_hash, key.world, head.ordinal, head.version, events=0)
        return Commit(before=head, after=head, recorded=(), receipt=receipt, deletes=branch_id)

    return commit_once(store, key, command_id, payload_hash, plan)[1]


def sweep_world(store: EventStore, key: WorldKey) -> bool:
    """Remove rows of deleted branches; says whether some are left. The store tells its stream when there are."""
    try:
        return store.sweep(key, ROWS_PER_SWEEP)
    except Shredded:  # the eraser removes all that this player had
        return False

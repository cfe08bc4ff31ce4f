"""Use case: take another branch up again, where it was left."""

from dataclasses import replace

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports.worlds import Commit, EventStore, Receipt
from bodybroker.services.change_branches import check_seal, commit_once, left, take_up
from bodybroker.services.read_world import Tree, read_outcome, read_state
from bodybroker.services.recording import Outcome, Recorder


def switch_branch(
    store: EventStore, recorder: Recorder, key: WorldKey, command_id: str, branch_id: BranchId
) -> Outcome:
    """Make a branch the active one; the world as it was when that branch was left: same version, same hash.

    Raises NotFound, Refused (`branch_active`, `rewind_crosses_purchase`, `rewind_crosses_ban`,
    `idempotency_key_reused`), or Conflict when the world moves meanwhile.
    """
    payload_hash = digest({"switch_branch": branch_id})

    def plan(tree: Tree) -> Commit:
        head, branch = tree.loaded.head, tree.branch(branch_id)
        if branch_id == head.branch_id:
            raise Refused("branch_active", "That branch is the active one already.")
        check_seal(tree, branch.tip)
        now, ordinal, version = recorder.now(), head.ordinal + 1, branch.tip.version
        return Commit(
            before=head,
            after=replace(head, ordinal=ordinal, branch_id=branch_id, version=version, updated_at=now),
            recorded=(),
            receipt=Receipt(command_id, payload_hash, key.world, ordinal, version, events=0),
            begins=(take_up(tree, branch, ordinal, read_state(store, key, branch.tip), now),),
            left=left(tree),
            builds_on=branch_id,
        )

    receipt, replayed = commit_once(store, key, command_id, payload_hash, plan)
    return replace(read_outcome(store, key, receipt), replayed=replayed)

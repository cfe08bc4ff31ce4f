"""Use case: fork a branch at an earlier event. With the switch to the new branch, that is a rewind."""

from dataclasses import asdict, dataclass, replace

from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports.worlds import Beginning, Commit, EventStore, Receipt
from bodybroker.services.change_branches import check_seal, commit_once, left, owner, take_up
from bodybroker.services.read_world import Tree, read_outcome, read_state
from bodybroker.services.recording import Outcome, Recorder
from bodybroker.world import branches
from bodybroker.world.branches import Stretch
from bodybroker.world.city.events import WorldRewound


@dataclass(frozen=True, slots=True)
class Fork:
    """A new branch after event `at_version` of a branch (None: the active one); `switch` makes it the active one."""

    at_version: int
    name: str = ""
    branch_id: BranchId | None = None
    switch: bool = True


def branch_world(store: EventStore, recorder: Recorder, key: WorldKey, command_id: str, fork: Fork) -> Outcome:
    """Fork a branch; the world as it stands on the new one. Nothing of the old one is lost.

    Raises NotFound, Refused (`no_such_version`, `rewind_crosses_purchase`, `rewind_crosses_ban`,
    `idempotency_key_reused`), or Conflict when the world moves meanwhile.
    """
    payload_hash = digest({"branch_world": asdict(fork)})

    def plan(tree: Tree) -> Commit:
        return _plan(store, recorder, key, Receipt(command_id, payload_hash, key.world, 0, 0, events=1), tree, fork)

    receipt, replayed = commit_once(store, key, command_id, payload_hash, plan)
    return replace(read_outcome(store, key, receipt), replayed=replayed)


def _plan(store: EventStore, recorder: Recorder, key: WorldKey, receipt: Receipt, tree: Tree, fork: Fork) -> Commit:
    head, origin = tree.loaded.head, tree.branch(fork.branch_id)
    at = tree.point(origin.branch_id, fork.at_version)
    check_seal(tree, at)
    rewound = WorldRewound(origin.branch_id, origin.tip.version, at.version)
    recorded = recorder.record([rewound], at.version, receipt.command_id)
    now, version, ordinal = recorded[0].recorded_at, at.version + 1, head.ordinal + 1
    parent = branches.home(tree.stretches, at).ordinal
    new = Stretch(ordinal, BranchId(recorder.new_id()), parent, at.version, fork.name, now)
    then = read_state(store, key, at)
    if fork.switch:
        begins: tuple[Beginning, ...] = (Beginning(new, then),)
        after = replace(head, ordinal=ordinal, branch_id=new.branch_id, version=version, updated_at=now)
    else:
        # The newest stretch is the one that is played: so the active branch goes on above the new one.
        onward = take_up(tree, tree.branch(None), ordinal + 1, tree.loaded.state, now)
        begins = (Beginning(replace(new, tip=version), then), onward)
        after = replace(head, ordinal=ordinal + 1)
    return Commit(
        before=head,
        after=after,
        recorded=recorded,
        receipt=replace(receipt, ordinal=ordinal, version=version),
        begins=begins,
        left=left(tree),
        builds_on=owner(tree, at).branch_id,
    )

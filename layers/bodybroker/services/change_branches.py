"""What forking, switching and deleting branches have in common: one transaction, carried out once.

Every change is decided on the whole tree of branches and is stale when the head has moved meanwhile. Only branches that
are not active can be deleted, so a commit names the branch that it builds on.
"""

from collections.abc import Callable
from dataclasses import replace

from bodybroker.kernel.errors import Conflict, NotFound, Refused
from bodybroker.kernel.ids import WorldKey
from bodybroker.ports.worlds import Beginning, Commit, Contended, EventStore, Receipt, Repeated, Stale
from bodybroker.services.read_world import Tree, read_tree, read_world
from bodybroker.services.recording import same_payload
from bodybroker.world import branches
from bodybroker.world.branches import Branch, Point, Stretch
from bodybroker.world.state import State

Plan = Callable[[Tree], Commit]
"""Decides a change; raises NotFound or Refused."""


def commit_once(
    store: EventStore, key: WorldKey, command_id: str, payload_hash: str, plan: Plan
) -> tuple[Receipt, bool]:
    """Carry `plan` out; its receipt, and whether that is the one of an earlier time.

    Raises NotFound, Refused, or Conflict when the world moves meanwhile; then nothing is stored.
    """
    try:
        commit = _decide(store, key, command_id, plan)
        store.commit(key, commit)
    except Repeated as repeated:
        return same_payload(repeated.receipt, payload_hash), True
    except (Stale, Contended) as moved:
        current = read_world(store, key).head.version
        raise Conflict("The world has moved on.", current_version=current) from moved
    return commit.receipt, False


def _decide(store: EventStore, key: WorldKey, command_id: str, plan: Plan) -> Commit:
    """What is refused today may be the repetition of what was carried out yesterday."""
    tree = read_tree(store, key)
    try:
        return plan(tree)
    except (Refused, NotFound):
        receipt = store.receipt(key, command_id)
        if receipt is not None:
            raise Repeated(receipt) from None
        raise


def check_seal(tree: Tree, target: Point) -> None:
    """Raises Refused when the way to `target` leads back across what cannot be undone.

    No history that can be reached lacks a seal of the active branch, so the last one stands for all.
    """
    seal = tree.loaded.state.seal
    if seal is not None and branches.common(tree.stretches, tree.here, target) < seal.version:
        raise Refused(
            f"rewind_crosses_{seal.kind}",
            f"Version {seal.version} recorded a {seal.kind}, which cannot be undone.",
            sealed_at=seal.version,
        )


def left(tree: Tree) -> Stretch:
    """The stretch that is being played, closed where it stands."""
    return replace(tree.newest, tip=tree.here.version)


def take_up(tree: Tree, branch: Branch, ordinal: int, state: State, now: str) -> Beginning:
    """A stretch in which a branch goes on from its tip, where the world is in `state`."""
    at = branches.home(tree.stretches, branch.tip)
    return Beginning(Stretch(ordinal, branch.branch_id, at.ordinal, at.version, branch.name, now), state)


def owner(tree: Tree, point: Point) -> Branch:
    """The branch whose event `point` stands after."""
    ordinal = branches.home(tree.stretches, point).ordinal
    (stretch,) = (stretch for stretch in tree.stretches if stretch.ordinal == ordinal)
    return tree.branch(stretch.branch_id)

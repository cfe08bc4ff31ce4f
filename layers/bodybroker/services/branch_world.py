"""Use case: go back to an earlier event on a new branch. Nothing is deleted; the new branch becomes the active one."""

from dataclasses import replace

from bodybroker.kernel.errors import Conflict, Refused
from bodybroker.kernel.ids import BranchId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.ports import Branch, Commit, Contended, EventStore, Head, Receipt, Repeated, Stale
from bodybroker.services.read_world import read_outcome, read_world
from bodybroker.services.recording import Outcome, Recorder, same_payload
from bodybroker.world import apply
from bodybroker.world.city.events import WorldRewound
from bodybroker.world.state import State


def branch_world(
    store: EventStore, recorder: Recorder, key: WorldKey, command_id: str, at_version: int, name: str
) -> Outcome:
    """Fork the active branch after event `at_version` and continue there: fork and switch are one transaction.

    Raises NotFound, Refused (`no_such_version`, `idempotency_key_reused`) or Conflict when the world moves meanwhile.
    """
    payload_hash = digest({"branch_world": {"at_version": at_version, "name": name}})
    before = read_world(store, key).head
    try:
        then = _state_then(store, key, before, command_id, at_version)
        rewound = WorldRewound(before.branch_id, before.version, at_version)
        recorded = recorder.record([rewound], at_version, command_id)
        state = apply.apply(then, rewound)
        now = recorded[0].recorded_at
        ordinal = before.ordinal + 1
        branch = Branch(ordinal, BranchId(recorder.new_id()), before.ordinal, at_version, name, created_at=now)
        after = replace(before, ordinal=ordinal, branch_id=branch.branch_id, version=state.version, updated_at=now)
        receipt = Receipt(command_id, payload_hash, key.world, ordinal, state.version, events=1)
        store.commit(key, Commit(before, after, recorded, receipt, branch=branch, snapshot=then))
    except Repeated as repeated:
        return read_outcome(store, key, same_payload(repeated.receipt, payload_hash))
    except (Stale, Contended) as moved:
        current = read_world(store, key).head.version
        raise Conflict("The world has moved on.", current_version=current) from moved
    return Outcome(after, state, recorded)


def _state_then(store: EventStore, key: WorldKey, head: Head, command_id: str, version: int) -> State:
    then = store.state_at(key, head.ordinal, version) if version <= head.version else None
    if then is not None:
        return then
    receipt = store.receipt(key, command_id)
    if receipt is not None:
        raise Repeated(receipt)
    raise Refused("no_such_version", f"The world's history ends at version {head.version}.")

"""Use case: begin a world from a seed."""

from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import BranchId, PlayerId, WorldId, WorldKey
from bodybroker.kernel.json import digest
from bodybroker.kernel.random import SEED_LIMIT
from bodybroker.ports.worlds import Beginning, Commit, Contended, EventStore, Head, Receipt, Repeated
from bodybroker.services.read_world import read_outcome
from bodybroker.services.recording import Outcome, Recorder, same_payload
from bodybroker.world import apply, decide
from bodybroker.world.branches import Stretch
from bodybroker.world.rules import Rules

ROOT_NAME = "main"


def create_world(
    store: EventStore,
    rules: Rules,
    recorder: Recorder,
    player: PlayerId,
    command_id: str,
    seed: int | None,
    name: str,
    difficulty: str | None = None,
) -> tuple[WorldKey, Outcome]:
    """Begin the world that `seed` makes, a random one without; the same `command_id` gives the same world again.

    Raises Refused: `idempotency_key_reused` when that id began another one, `unknown_difficulty`; Unavailable when
    another try is in the way.
    """
    key = WorldKey(player, WorldId(recorder.new_id()))
    payload_hash = digest({"create_world": {"seed": seed, "name": name, "difficulty": difficulty}})
    if seed is None:
        seed = int.from_bytes(recorder.entropy(8)) % SEED_LIMIT
    recorded = recorder.record(decide.create(seed, rules, difficulty), after=0, command_id=command_id)
    state = apply.fold(event.event for event in recorded)
    now = recorded[-1].recorded_at
    root = Stretch(0, BranchId(recorder.new_id()), parent=None, forked_at=0, name=ROOT_NAME, created_at=now)
    head = Head(0, root.branch_id, state.version, name, created_at=now, updated_at=now)
    receipt = Receipt(command_id, payload_hash, key.world, ordinal=0, version=state.version, events=len(recorded))
    try:
        store.commit(key, Commit(None, head, recorded, receipt, begins=(Beginning(root, None),)))
    except Repeated as repeated:
        first = same_payload(repeated.receipt, payload_hash)
        key = WorldKey(player, first.world)
        return key, read_outcome(store, key, first)
    except Contended as contended:
        raise Unavailable("The event store is busy; try again.") from contended
    return key, Outcome(head, state, recorded)

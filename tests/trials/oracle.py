"""What NPCs should remember, worked out in another way than the services do: from one straight log, in memory."""

from collections.abc import Sequence

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.memory import rules as memory_rules
from bodybroker.minds.memory.nights import sleep
from bodybroker.minds.memory.perception import perceive
from bodybroker.minds.memory.records import Changes, Record, place
from bodybroker.world import rules
from bodybroker.world.apply import apply
from bodybroker.world.branches import Point, lineage
from bodybroker.world.city.events import PhaseChanged
from bodybroker.world.events import Recorded

from tests.trials.night import Night

Placed = tuple[int, Recorded]
Gist = tuple[str, str, int, tuple[int, ...]]
"""A memory without what only says on which stretch it came about: who, which words, when, resting on what."""


def gist(record: Record) -> Gist:
    return record.npc_id, record.text, record.minute, record.sources


def remembered(log: Sequence[Placed], *, ever: bool = False) -> dict[EntityId, list[Record]]:
    """Every NPC's memories after a history without branches, or all that it `ever` had on the way there."""
    world, memory = rules.load(), memory_rules.load()
    state, living, had = None, dict[str, Record](), dict[str, Record]()
    for at, recorded in log:
        event = recorded.event
        changes = [perceive(state, event, at, world, memory)]
        if isinstance(event, PhaseChanged) and event.phase == "day":
            by_npc: dict[EntityId, list[Record]] = {}
            for record in living.values():
                by_npc.setdefault(record.npc_id, []).append(record)
            changes += [sleep(kept, at, event.minute, world.clock, memory) for _, kept in sorted(by_npc.items())]
        for change in changes:
            _change(living, change)
            had.update({record.record_id: record for record in change.records})
        state = apply(state, event)
    found: dict[EntityId, list[Record]] = {}
    for record in sorted((had if ever else living).values(), key=lambda record: record.place):
        found.setdefault(record.npc_id, []).append(record)
    return found


def _change(living: dict[str, Record], change: Changes) -> None:
    living.update({record.record_id: record for record in change.records})
    for record_id in change.ended:
        living.pop(record_id, None)


def line_of(night: Night, branch_id: str | None = None) -> list[Placed]:
    """The events of a branch, the active one unless named, from the first on, each with its place: who hears a rumour
    is drawn by that."""
    stretches = night.store.stretches(night.key)
    head = night.loaded.head
    ends = {s.branch_id: Point(s.ordinal, head.version if s.tip is None else s.tip) for s in stretches}
    point = Point(head.ordinal, head.version) if branch_id is None else ends[branch_id]
    pieces = lineage(stretches, point)
    ordinals = {seq: piece.ordinal for piece in pieces for seq in range(piece.after + 1, piece.up_to + 1)}
    told = night.store.history(night.key, pieces, 0, point.version)
    return [(place(ordinals[recorded.seq], recorded.seq), recorded) for recorded in told]

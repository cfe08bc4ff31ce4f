"""The raw rows of a world, read without the adapter: what is checked must not check itself. Only the rows' codec is
shared, for it is tested with golden files."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bodybroker.adapters import event_rows
from bodybroker.adapters.sealed_rows import SealedRows
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.ports.worlds import Head, Receipt
from bodybroker.world.apply import apply
from bodybroker.world.branches import Stretch
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

from tests.simulation.dynamodb import Table
from tests.simulation.network import Violation


@dataclass
class WorldRows:
    """One world's partition. `states` holds the state after each event: by stretch, then by version.

    The rows of `deleted` branches count for nothing; what is still there of them is in `doomed`.
    """

    key: WorldKey
    head: Head | None = None
    stretches: dict[int, Stretch] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    doomed: list[str] = field(default_factory=list)
    events: dict[int, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    receipts: dict[str, Receipt] = field(default_factory=dict)
    snapshots: dict[tuple[int, int], State] = field(default_factory=dict)
    states: dict[int, dict[int, State]] = field(default_factory=dict)

    def bury(self) -> None:
        """Take away what belongs to deleted branches."""
        gone = [ordinal for ordinal, stretch in self.stretches.items() if stretch.branch_id in self.deleted]
        orphans = [ordinal for ordinal in self.events if ordinal not in self.stretches]
        for ordinal in gone + orphans:
            self.doomed.append(f"stretch {ordinal} with {len(self.events.pop(ordinal, []))} events")
            self.stretches.pop(ordinal, None)
        self.snapshots = {place: found for place, found in self.snapshots.items() if place[0] in self.stretches}

    def fold(self) -> None:
        """Work out every state; the events of each stretch must go on without a gap where it leaves its parent."""
        for ordinal, stretch in sorted(self.stretches.items()):
            now = None if stretch.parent is None else self.state_at(stretch.parent, stretch.forked_at)
            states = self.states[ordinal] = {}
            for seq, recorded in enumerate(self.events[ordinal], start=stretch.forked_at + 1):
                if recorded.seq != seq:
                    raise Violation(f"{self.key.world}: stretch {ordinal} has event {recorded.seq} in place of {seq}")
                now = states[seq] = apply(now, recorded.event)

    def end(self, ordinal: int) -> int:
        """The last version of a stretch."""
        return max(self.states[ordinal], default=self.stretches[ordinal].forked_at)

    def state_at(self, ordinal: int, version: int) -> State:
        """The state at `version` on the lineage of a stretch."""
        while version not in self.states[ordinal]:
            stretch = self.stretches[ordinal]
            if stretch.parent is None or version > stretch.forked_at:
                raise Violation(f"{self.key.world}: stretch {ordinal} does not reach version {version}")
            ordinal = stretch.parent
        return self.states[ordinal][version]

    def lineage(self, ordinal: int) -> list[Recorded]:
        """The whole history of a stretch, oldest first."""
        stretch = self.stretches[ordinal]
        older = [] if stretch.parent is None else self.lineage(stretch.parent)[: stretch.forked_at]
        return older + self.events[ordinal]

    def commits(self) -> Iterator[tuple[int, list[Recorded]]]:
        """The stretch and the events of each command, as they lie together."""
        for ordinal, recorded in sorted(self.events.items()):
            together: list[Recorded] = []
            for event in recorded:
                if together and event.command_id != together[0].command_id:
                    yield ordinal, together
                    together = []
                together.append(event)
            if together:
                yield ordinal, together


def worlds(table: Table, sealed: SealedRows) -> dict[WorldKey, WorldRows]:
    """Every world in the table."""
    found: dict[WorldKey, WorldRows] = {}
    for pk in sorted(table.partitions):
        if pk.startswith("W#"):
            key = event_rows.world_key(pk)
            found[key] = _read(key, table, pk, sealed)
    return found


def beginnings(table: Table, sealed: SealedRows) -> dict[tuple[PlayerId, str], Receipt]:
    """The receipts of the commands that began worlds."""
    return {
        (PlayerId(pk.removeprefix("P#")), receipt.command_id): receipt
        for pk in sorted(table.partitions)
        if pk.startswith("P#")
        for receipt in (
            event_rows.read_receipt(sealed.row(item))
            for sk, item in table.partitions[pk].items()
            if not sk.startswith(event_rows.WORLDS)
        )
    }


def _read(key: WorldKey, table: Table, pk: str, sealed: SealedRows) -> WorldRows:
    world = WorldRows(key)
    for sk in table.order[pk]:
        row = event_rows.opened(sealed, table.partitions[pk][sk])
        match sk.split("#"):
            case ["H"]:
                world.head = event_rows.read_head(row)
            case ["B", ordinal]:
                world.stretches[int(ordinal)] = event_rows.read_stretch(row)
            case ["BD", branch_id]:
                world.deleted.add(branch_id)
            case ["C", command_id]:
                world.receipts[command_id] = event_rows.read_receipt(row)
            case ["E", ordinal, _]:
                world.events[int(ordinal)].append(event_rows.read_event(row))
            case ["E", ordinal, seq, "S"]:
                try:
                    world.snapshots[int(ordinal), int(seq)] = event_rows.read_snapshot(row)
                except event_rows.BadSnapshot:
                    continue
            case _:
                raise Violation(f"what is the row {sk}?")
    world.bury()
    return world

"""The log of worlds, and what is read off it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bodybroker.kernel.ids import BranchId, PlayerId, WorldId, WorldKey
from bodybroker.world.branches import Piece, Stretch
from bodybroker.world.events import Recorded
from bodybroker.world.state import State

COMMIT_EVENTS = 90
"""The most events of one commit: DynamoDB takes 100 actions per transaction, and the other rows need room."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a world stands: its active branch and the number of events on that branch's lineage.

    `ordinal` is that of the newest stretch, where the active branch goes on; times are ISO 8601 in UTC.
    """

    ordinal: int
    branch_id: BranchId
    version: int
    name: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a finished command left behind, so that its repetition finds the first result in the log.

    The command's events are those in (`version` - `events`, `version`] on the stretch `ordinal` of `world`.
    """

    command_id: str
    payload_hash: str
    world: WorldId
    ordinal: int
    version: int
    events: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """A stretch that begins, and the state from which it starts: None where it is the first of a new world."""

    stretch: Stretch
    state: State | None


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: all of it becomes true, or nothing does.

    `before` is the head that the commit was decided on (None when the world begins). The events go to the stretch that
    the receipt names. `left` is the newest stretch of before, with its tip, when `begins` puts newer ones on top.
    `builds_on` is a branch that must still be there, `deletes` one that is gone from now on.
    """

    before: Head | None
    after: Head
    recorded: tuple[Recorded, ...]
    receipt: Receipt
    begins: tuple[Beginning, ...] = ()
    left: Stretch | None = None
    builds_on: BranchId | None = None
    deletes: BranchId | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A world as it stands; `tail` counts the events that were folded on top of the snapshot."""

    head: Head
    state: State
    tail: int


class Stale(Exception):
    """What the commit was decided on is no longer so: the head has moved, or a branch that it builds on is gone.

    `current_version` is known unless the store could not say.
    """

    def __init__(self, current_version: int | None) -> None:
        super().__init__(current_version)
        self.current_version = current_version


class Contended(Exception):
    """Another transaction was in the way, or the table was throttled: nothing was written."""


class Repeated(Exception):
    """The command has been carried out before; `receipt` tells where its result lies."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt)
        self.receipt = receipt


class EventStore(Protocol):
    """The log of every world. Reads are consistent; no method takes a world without its player."""

    def load(self, key: WorldKey) -> Loaded | None:
        """The world at its head, or None where the player has no such world."""

    def state_at(self, key: WorldKey, ordinal: int, version: int) -> State | None:
        """The state after event `version` on the lineage of stretch `ordinal`; None before event 1."""

    def commit(self, key: WorldKey, commit: Commit) -> None:
        """Write `commit`, or raise Repeated, Stale or Contended (looked at in this order) and write nothing."""

    def receipt(self, key: WorldKey, command_id: str) -> Receipt | None:
        """The receipt of a command on this world."""

    def history(self, key: WorldKey, pieces: Sequence[Piece], after: int, limit: int) -> Sequence[Recorded]:
        """Up to `limit` events above version `after` in the pieces of a lineage, oldest first."""

    def stretches(self, key: WorldKey) -> Sequence[Stretch]:
        """The stretches of a world's branches by ordinal, without deleted ones; none where there is no such world."""

    def sweep(self, key: WorldKey, limit: int) -> bool:
        """Remove up to about `limit` rows of deleted branches for good; says whether some are left."""

    def save_snapshot(self, key: WorldKey, ordinal: int, state: State) -> None:
        """Keep `state` as it is after event `state.version` of stretch `ordinal`, so that loading starts there."""

    def worlds(self, cursor: str | None, limit: int) -> tuple[Sequence[WorldKey], str | None]:
        """Worlds of all players among the next `limit` rows of the table, and the cursor of the next page, if any."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A world as a list of worlds shows it; derived from the log, never the truth."""

    world_id: WorldId
    name: str
    branch_id: BranchId
    ordinal: int
    last_seq: int
    created_at: str
    updated_at: str
    seed: int
    minute: int
    phase: str
    money_cents: int


class Projections(Protocol):
    """Read models, rebuilt from the log at will."""

    def put(self, player: PlayerId, summary: Summary) -> bool:
        """Store a summary unless one at least as new is there; says whether it was stored."""

    def replace(self, player: PlayerId, summary: Summary) -> None:
        """Store a summary whatever is there: for rebuilding."""

    def remove(self, player: PlayerId, world: WorldId) -> None:
        """Forget a world that is gone."""

    def list_worlds(self, player: PlayerId, cursor: WorldId | None, limit: int) -> Sequence[Summary]:
        """Up to `limit` summaries of a player's worlds with an id above `cursor`, oldest world first."""

"""The waist of the hourglass: what services ask of the outside world, as Protocols, and the values that cross it.

Adapters implement these, services use them, doors join the two.
"""

from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bodybroker.accounts.tokens import Plan
from bodybroker.kernel.errors import NotFound
from bodybroker.kernel.ids import BranchId, EntityId, PlayerId, WorldId, WorldKey
from bodybroker.minds.encounters import Encounter
from bodybroker.models.inference import ChatRequest, Chunk, Completion
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


@dataclass(frozen=True, slots=True)
class Profile:
    """A player. `plan` is what is paid."""

    player: PlayerId
    plan: Plan
    provider: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, kept alive by rotating its refresh token: `current` is the SHA-256 of the only valid secret."""

    session_id: str
    player: PlayerId
    current: str
    expires_at: int


class SessionReused(Exception):
    """A refresh token was presented that has been rotated away: somebody else holds a copy."""


class Accounts(Protocol):
    """Players, the identities by which they are known elsewhere, and their sessions. Every write is conditional."""

    def player_by_identity(self, provider: str, subject: str) -> PlayerId | None:
        """The player whom a provider knows as `subject`."""

    def create_player(self, profile: Profile, subject: str) -> bool:
        """Store a new player under an identity; False, and nothing stored, when the identity has one already."""

    def profile(self, player: PlayerId) -> Profile | None:
        """A player's profile."""

    def start_session(self, session: Session) -> None:
        """Store a new session."""

    def rotate_session(
        self, session_id: str, presented: str, renewed: str, now: int, expires_at: int
    ) -> Session | None:
        """Replace the secret's hash `presented` by `renewed`; None for an unknown or expired session.

        Raises SessionReused when the session lives on another secret. Times are in seconds since 1970.
        """

    def end_session(self, session_id: str) -> None:
        """Revoke a session."""

    def delete_player(self, player: PlayerId) -> None:
        """Remove a player's identity and profile, and with the profile every session's right to be refreshed."""


class Signer(Protocol):
    """Signs access tokens with a key that never leaves its keeper."""

    def sign(self, message: bytes) -> bytes:
        """The RSASSA-PKCS1-v1_5 SHA-256 signature of `message` (at most 4,096 bytes)."""


class TicketChecker(Protocol):
    """Asks Steam whom a ticket belongs to."""

    def check(self, ticket: str, identity: str) -> str:
        """The Steam id of the ticket's owner; raises Unauthorized, Forbidden (banned) or Unavailable."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a turn starts from, seen at one instant.

    `encounter` as it was last prepared, current or not; `receipt` where the turn has been carried out before.
    """

    head: Head | None
    receipt: Receipt | None
    encounter: Encounter | None


class Encounters(Protocol):
    """Prepared encounters: a cache that may forget, one per world and NPC."""

    def open(self, key: WorldKey, npc_id: EntityId, command_id: str) -> Opening:
        """All that a turn needs to know, in one consistent read."""

    def find(self, key: WorldKey, npc_id: EntityId) -> Encounter | None:
        """The encounter as it was last prepared."""

    def put(self, key: WorldKey, encounter: Encounter) -> None:
        """Store an encounter in the place of an earlier one with the same NPC."""


class Model(Protocol):
    """A language model, known by the `name` of its endpoint."""

    name: str

    def complete(self, request: ChatRequest) -> Completion:
        """A whole answer; raises ModelFailed."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """An answer while it is made; raises ModelFailed. Closing the generator stops the model."""


class Shredded(NotFound):
    """The player's key is destroyed, or never was: what was sealed under it is gone for everybody."""


class BadSeal(Exception):
    """Not what was sealed there under that key: changed, cut off or moved."""


class PlayerKeys(Protocol):
    """One data key per player. Destroying it is what deletes an account: all that it sealed is noise from then on."""

    def create(self, player: PlayerId) -> None:
        """Make the key of a new player; nothing happens where the player has, or had, one."""

    def exists(self, player: PlayerId) -> bool:
        """Whether the player has a key. Whoever has none is no player any more."""

    def find(self, player: PlayerId) -> bytes:
        """The player's key, 256 bits; raises Shredded. Reads are consistent."""

    def destroy(self, player: PlayerId) -> None:
        """Destroy a key for good and order the erasure of the player's rows, in one step; repeated, order it anew."""


class Vault(Protocol):
    """Seals what belongs to a player. `place` is where the sealed bytes are kept: elsewhere they do not open."""

    def seal(self, player: PlayerId, plain: bytes, place: bytes) -> bytes:
        """Encrypt and authenticate; raises Shredded."""

    def open(self, player: PlayerId, sealed: bytes, place: bytes) -> bytes:
        """What was sealed; raises BadSeal or Shredded."""

    def look_again(self, player: PlayerId) -> None:
        """Trust no key that this process remembers: the next use asks whether the player still has one."""


class ErasureOrders(Protocol):
    """The erasures that destroyed keys have ordered; an order stands until it is fulfilled."""

    def open(self) -> Iterator[PlayerId]:
        """Every player whose erasure is ordered."""

    def stands(self, player: PlayerId) -> bool:
        """Whether this player's is."""

    def fulfil(self, player: PlayerId) -> None:
        """Nothing of the player is left."""


class Erasure(Protocol):
    """Removes the rows of players. Needs no key: it never reads what they hold."""

    def worlds(self, player: PlayerId) -> Sequence[WorldKey]:
        """Every world of a player that is not erased yet."""

    def erase_world(self, key: WorldKey) -> None:
        """Remove all of a world, its head first: then it is gone for every reader. Cut off, it can be repeated."""

    def erase_player(self, player: PlayerId) -> None:
        """Remove what lies beside the worlds."""

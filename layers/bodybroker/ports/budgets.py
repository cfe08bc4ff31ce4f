"""What model calls may cost, and the ledger of what they have cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.models.calls import Payer
from bodybroker.models.ledger import Entry

Scope = Literal["player", "world", "plan", "switch", "gone"]
"""Which budget is spent; `switch`: an operator has turned models off; `gone`: the player's account is deleted."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money set aside for one call, in nanodollars, until `expires_at` (seconds since 1970) at most.

    `day` (ISO 8601, UTC) is the day whose budget pays, also when the call ends on the next. `is_pooled` says that the
    plan's pool stands behind it.
    """

    call_id: str
    payer: Payer
    job: str
    layer: int
    day: str
    nanodollars: int
    expires_at: int
    is_pooled: bool = False


@dataclass(frozen=True, slots=True)
class PlayerDay:
    """What is open on a player's day: its reservations, and by plan what it has drawn from a pool and does not use.

    `touched` is when a call last changed it, in seconds since 1970.
    """

    player: PlayerId
    day: str
    touched: int
    reservations: tuple[Reservation, ...]
    idle: Mapping[Plan, int]


class OverBudget(Exception):
    """A budget cannot pay for the call."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.scope = scope


class Budgets(Protocol):
    """What players, worlds and plans may spend in a day. Exact under concurrency; every method may be repeated."""

    def reserve(
        self, call_id: str, payer: Payer, job: str, layer: int, nanodollars: int, lifetime_s: int | None = None
    ) -> Reservation:
        """Set the most that a call can cost aside; `job` and `layer` are for the ledger, should nobody settle.

        It is held for `lifetime_s` seconds, by default as long as calls take that somebody waits for.

        Repeated, it gives the same reservation, and for a call that was settled a moment ago one that settles to
        nothing. Raises OverBudget, and then nothing is set aside, or Unavailable.
        """

    def settle(self, reservation: Reservation, entry: Entry) -> bool:
        """Charge what the call cost, give the rest back and put the entry into the ledger, in one step.

        False, and nothing is done, where the reservation was settled before or taken back. Raises Unavailable.
        """

    def left(self, payer: Payer) -> int:
        """What the payer's budgets could still pay today, in nanodollars, as it was a moment ago: a hint for whoever
        plans calls, no promise. 0 where the kill switch lets no model answer. Raises Unavailable.
        """

    def note(self, entry: Entry) -> None:
        """Put an entry into the ledger that no player pays for (`charged_nanodollars` is 0). Raises Unavailable."""


class BudgetUpkeep(Protocol):
    """What has to be cleared up behind calls. Every method may be repeated and raises Unavailable."""

    def unfinished(self) -> Iterator[PlayerDay]:
        """Every day of every player on which something is open; one that has just changed may be missing or stale."""

    def days(self, player: PlayerId) -> Sequence[PlayerDay]:
        """All days of a player that are still kept, as they stand now."""

    def give_back(self, day: PlayerDay, plan: Plan, untouched_since: int | None = None) -> int:
        """Give what the day has drawn from a plan's pool and does not use back; how many nanodollars that was.

        With `untouched_since` (seconds since 1970) only if no call has changed the day after it.
        """

    def forget(self, day: PlayerDay) -> bool:
        """Remove a day without open reservations; False where it has some."""

    def forget_entries(self, player: PlayerId) -> None:
        """Remove the player's entries that nobody paid for; the ledger has them."""

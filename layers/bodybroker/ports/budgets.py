"""What model calls may cost, and the ledger of what they have cost."""

from dataclasses import dataclass
from typing import Literal, Protocol

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

    def note(self, entry: Entry) -> None:
        """Put an entry into the ledger that no player pays for (`charged_nanodollars` is 0). Raises Unavailable."""

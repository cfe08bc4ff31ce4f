"""Language models, and what they may cost."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from bodybroker.models.calls import Payer
from bodybroker.models.inference import ChatRequest, Chunk, Completion
from bodybroker.models.ledger import Entry


class Model(Protocol):
    """A language model, known by the `name` of its endpoint."""

    name: str

    def complete(self, request: ChatRequest) -> Completion:
        """A whole answer; raises ModelFailed."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """An answer while it is made; raises ModelFailed. Closing the generator stops the model."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money set aside for one call, in nanodollars, until `expires_at` (seconds since 1970) at most."""

    call_id: str
    payer: Payer
    day: str
    nanodollars: int
    expires_at: int


class OverBudget(Exception):
    """A budget cannot pay for the call. `scope` is `player`, `world` or `plan`, or `switch`: models are off."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class Budgets(Protocol):
    """What players, worlds and plans may spend in a day. Exact under concurrency; every method may be repeated."""

    def reserve(self, call_id: str, payer: Payer, job: str, nanodollars: int) -> Reservation:
        """Set the most that a call can cost aside; raises OverBudget, and then nothing is set aside."""

    def settle(self, reservation: Reservation, entry: Entry) -> bool:
        """Charge what the call cost, give the rest back and put the entry into the ledger, in one step.

        False, and nothing is done, where the reservation was settled before or taken back.
        """

    def note(self, entry: Entry) -> None:
        """Put an entry into the ledger that no player pays for."""

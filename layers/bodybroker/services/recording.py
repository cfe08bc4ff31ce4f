"""From what was decided to what is written: envelopes, heads and receipts, the same for every use case."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EventId, uuid7
from bodybroker.ports.worlds import Head, Receipt
from bodybroker.world.events import Event, Recorded
from bodybroker.world.state import State

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Gives events their envelopes and things their ids."""

    clock: Clock
    entropy: Entropy = os.urandom

    def now(self) -> str:
        """ISO 8601, UTC, milliseconds."""
        return self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.clock, self.entropy)

    def record(self, events: Sequence[Event], after: int, command_id: str) -> tuple[Recorded, ...]:
        """The events in their places after event `after`, all at one instant."""
        now = self.now()
        return tuple(
            Recorded(seq, EventId(self.new_id()), now, command_id, event)
            for seq, event in enumerate(events, start=after + 1)
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command led to. `replayed`: it had been carried out before, and this is that first result."""

    head: Head
    state: State
    recorded: tuple[Recorded, ...]
    replayed: bool = False


def same_payload(receipt: Receipt, payload_hash: str) -> Receipt:
    """`receipt`, when it answers this very payload; raises Refused `idempotency_key_reused` otherwise."""
    if receipt.payload_hash != payload_hash:
        raise Refused("idempotency_key_reused", "This Idempotency-Key has been used for another request.")
    return receipt

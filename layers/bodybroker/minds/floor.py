"""The floor: in a world one turn is taken at a time. Who begins another interrupts it; who begins too many is told."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from bodybroker.kernel.errors import TooMany
from bodybroker.minds.turns import FloorSettings

MINUTE_MS = 60_000

Stop = Literal["cancelled", "interrupted"]
"""Why a turn ended before it was over: the player stopped it, or began another one."""


class Floor(Struct, frozen=True):
    """Who has the floor, or had it last. Times are milliseconds since 1970.

    `version` counts its changes. Turn `turn_id`, whose request has the digest `payload_hash`, is over when it is
    `is_over`, at latest at `until`, whatever became of it. `begun` are the beginnings of turns in the last minute.
    """

    version: int = 0
    turn_id: str = ""
    payload_hash: str = ""
    until: int = 0
    is_over: bool = True
    is_cancelled: bool = False
    begun: tuple[int, ...] = ()

    def is_live(self, now: int) -> bool:
        """Whether its turn is under way."""
        return not self.is_over and now < self.until

    def taken(self, turn_id: str, payload_hash: str, now: int, settings: FloorSettings) -> "Floor":
        """The floor in the hands of a new turn; raises TooMany `too_many_turns`."""
        recent = tuple(begun for begun in self.begun if begun > now - MINUTE_MS)
        if len(recent) >= settings.turns_per_minute:
            wait_s = -(-(recent[-settings.turns_per_minute] + MINUTE_MS - now) // 1000)
            raise TooMany(
                f"A world takes {settings.turns_per_minute} turns a minute.", retry_after=wait_s, code="too_many_turns"
            )
        return Floor(self.version + 1, turn_id, payload_hash, now + settings.longest_ms, False, False, (*recent, now))

    def cancelled(self) -> "Floor":
        """The floor of a turn that shall stop."""
        return replace(self, version=self.version + 1, is_cancelled=True)

    def left(self) -> "Floor":
        """The floor after its turn."""
        return replace(self, version=self.version + 1, is_over=True)

    def stop(self, seen: "Floor") -> Stop | None:
        """Why this floor's turn must stop, now that the floor has been `seen`; None where it need not."""
        if seen.version <= self.version:
            return None
        return "cancelled" if seen.turn_id == self.turn_id else "interrupted"

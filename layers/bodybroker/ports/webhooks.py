"""Telling the studio's game server what has happened."""

from typing import Any, Literal, Protocol

from msgspec import Struct

Claim = Literal["mine", "delivered", "busy"]
"""What came of claiming a notice: deliver it; it has been delivered; somebody else is at it."""


class Notice(Struct, frozen=True):
    """What is told, once: `id` names it for ever, `type` (`location.settled`) says how to read `data`.

    `at` is when it happened, ISO 8601 in UTC.
    """

    id: str
    type: str
    at: str
    data: dict[str, Any]


class Receiver(Protocol):
    """The studio's game server."""

    def deliver(self, notice: Notice) -> bool:
        """Deliver a notice; False where the studio has not said where to. Raises Unavailable, WrongAddress."""


class Deliveries(Protocol):
    """Which notices have been delivered. Every method may be repeated; all raise Unavailable."""

    def claim(self, notice_id: str, now: int, until: int) -> Claim:
        """Claim a notice until `until`, in seconds since 1970; of several claims at once one is `mine`."""

    def delivered(self, notice_id: str, forget_at: int) -> None:
        """Remember until `forget_at` that it has been delivered."""

    def release(self, notice_id: str) -> None:
        """Let somebody else try at once."""

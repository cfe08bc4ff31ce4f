"""Players and their sign-ins."""

from dataclasses import dataclass
from typing import Protocol

from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan


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

    def change_plan(self, player: PlayerId, plan: Plan) -> bool:
        """Note what the player pays for from now on; False, and nothing changed, where there is no such player."""

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

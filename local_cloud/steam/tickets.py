"""Tickets: what the Steam client would hand to a game, and what Steam says when a publisher asks about one."""

import secrets
import time

import msgspec

from local_cloud.steam import APP_ID

_TICKET_BYTES = 234
"""As long as the tickets of GetAuthTicketForWebApi tend to be."""


class Ticket(msgspec.Struct, forbid_unknown_fields=True):
    """One ticket, and how the fake behaves when it is asked about it.

    :ivar identity: the service that the client named to GetAuthTicketForWebApi.
    :ivar owner_steamid: who owns the game: another account under family sharing; empty for the player itself.
    :ivar expires_in_s: seconds until Steam refuses it.
    :ivar uses: how often Steam takes it.
    :ivar failures: how many requests Steam answers with 500 before it answers properly.
    :ivar delay_s: seconds before Steam answers.
    """

    steamid: str = "76561197960287930"
    appid: str = APP_ID
    identity: str = ""
    owner_steamid: str = ""
    vac_banned: bool = False
    publisher_banned: bool = False
    expires_in_s: float = 3600
    uses: int = 1_000_000
    failures: int = 0
    delay_s: float = 0

    def refusal(self, appid: str, identity: str) -> tuple[int, str] | None:
        """Return Steam's error code and description for a check by `appid` and `identity`; None when it passes."""
        if self.appid != appid:
            return 102, "Ticket for other app"
        if self.uses <= 0 or self.identity != identity:
            return 101, "Invalid ticket"
        return None

    def use(self) -> dict[str, object]:
        """Count one use and return what Steam says about the player."""
        self.uses -= 1
        return {
            "result": "OK",
            "steamid": self.steamid,
            "ownersteamid": self.owner_steamid or self.steamid,
            "vacbanned": self.vac_banned,
            "publisherbanned": self.publisher_banned,
        }


class Tickets:
    """The tickets minted so far, by their hexadecimal text."""

    def __init__(self) -> None:
        self._by_text: dict[str, tuple[float, Ticket]] = {}

    def mint(self, ticket: Ticket) -> str:
        """Store a ticket and return its text."""
        text = secrets.token_hex(_TICKET_BYTES).upper()
        self._by_text[text] = (time.monotonic() + ticket.expires_in_s, ticket)
        return text

    def find(self, text: str) -> Ticket | None:
        """Return the ticket of `text`, whatever the case of its digits, unless it has expired."""
        expires_at, ticket = self._by_text.get(text.upper(), (0.0, None))
        return ticket if time.monotonic() < expires_at else None

"""Steam's ticket check (ISteamUserAuth/AuthenticateUserTicket): one HTTPS call, whose URL holds the publisher's key.

So neither the URL nor anything made from it may enter a log or an error.
"""

import http.client
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from bodybroker.kernel.errors import Forbidden, Unauthorized, Unavailable

PATH = "/ISteamUserAuth/AuthenticateUserTicket/v1/"
TIMEOUT_S = 3
ANSWER_LIMIT = 64 * 1024


class Secret(Protocol):
    """Where `app_id`, `publisher_key` and `api_url` come from."""

    def read(self) -> dict[str, str]: ...


class _Params(Struct):
    result: str
    steamid: str
    vacbanned: bool = False
    publisherbanned: bool = False


class _Response(Struct):
    params: _Params | None = None
    error: Any = None


class _Answer(Struct):
    response: _Response


class SteamTickets:
    """`ports.TicketChecker` at Steam."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def check(self, ticket: str, identity: str) -> str:
        found = self._ask(ticket, identity)
        if found.error is not None or (found.params and found.params.result != "OK"):
            raise Unauthorized("Steam does not know this ticket.", code="steam_ticket_refused")
        if found.params is None:
            raise _no_answer()
        if found.params.vacbanned or found.params.publisherbanned:
            raise Forbidden("This Steam account is banned.", code="account_banned")
        return found.params.steamid

    def _ask(self, ticket: str, identity: str) -> _Response:
        secret = self._secret.read()
        address = urlsplit(secret["api_url"])
        query = urlencode(
            {"key": secret["publisher_key"], "appid": secret["app_id"], "ticket": ticket, "identity": identity}
        )
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=TIMEOUT_S)
        try:
            connection.request("GET", f"{address.path.rstrip('/')}{PATH}?{query}")
            answer = connection.getresponse()
            content = answer.read(ANSWER_LIMIT)
            if answer.status != http.HTTPStatus.OK:
                raise _no_answer()
            return msgspec.json.decode(content, type=_Answer).response
        except (OSError, http.client.HTTPException, msgspec.MsgspecError):
            raise _no_answer() from None
        finally:
            connection.close()


def _no_answer() -> Unavailable:
    return Unavailable("Steam does not answer; try again.")

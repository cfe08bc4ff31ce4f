"""Steam's ticket check (ISteamUserAuth/AuthenticateUserTicket): one HTTPS call, whose URL holds the publisher's key.

So neither the URL nor anything made from it may enter a log or an error.
"""

import http.client
import json
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from bodybroker.kernel.errors import Forbidden, Unauthorized, Unavailable

PATH = "/ISteamUserAuth/AuthenticateUserTicket/v1/"
TIMEOUT_S = 3
ANSWER_LIMIT = 64 * 1024


class Secret(Protocol):
    """Where `app_id`, `publisher_key` and `api_url` come from."""

    def read(self) -> dict[str, str]: ...


class SteamTickets:
    """`ports.TicketChecker` at Steam."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def check(self, ticket: str, identity: str) -> str:
        params = self._ask(ticket, identity)
        if params.get("result") != "OK":
            raise Unauthorized("Steam does not know this ticket.", code="steam_ticket_refused")
        if params.get("vacbanned") or params.get("publisherbanned"):
            raise Forbidden("This Steam account is banned.", code="account_banned")
        return str(params["steamid"])

    def _ask(self, ticket: str, identity: str) -> dict[str, Any]:
        """The answer's `params`, empty where Steam refuses the ticket; raises Unavailable."""
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
                raise Unavailable("Steam does not answer; try again.")
            return dict(json.loads(content)["response"].get("params", {}))
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, AttributeError):
            raise Unavailable("Steam does not answer; try again.") from None
        finally:
            connection.close()

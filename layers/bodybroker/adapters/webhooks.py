"""Webhooks: one HTTPS POST per notice, signed so that the receiver knows who sent it, and when.

The header `x-bodybroker-signature` is `t=<seconds since 1970>,v1=<hex>`, where v1 is HMAC-SHA256 over `<t>.<body>` by
the signing key; while a key is being replaced there are two v1. Its form is that of Stripe's webhooks
(https://docs.stripe.com/webhooks#verify-manually). A receiver refuses old times, and notices whose id it has seen.

The secret holds `url`, `signing_key` and, during a replacement, `previous_signing_key`. None of them enters a log.
"""

import http.client
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hmac import digest
from threading import Event, Timer
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

import msgspec
from botocore.exceptions import ClientError

from bodybroker.adapters.aws import error_code
from bodybroker.kernel.clock import Clock
from bodybroker.kernel.errors import BrokerError, Unavailable
from bodybroker.ports.webhooks import Notice

SIGNATURE = "x-bodybroker-signature"
NOTICE_ID = "x-bodybroker-notice-id"
NO_VALUE = "ResourceNotFoundException"

_encode = msgspec.json.Encoder().encode


class WrongAddress(BrokerError):
    """The studio's URL is none that a notice may be sent to: an operator must mend the secret."""

    code = "webhook_address"


class Secret(Protocol):
    """Where the address and the keys come from."""

    def read(self) -> dict[str, str]: ...


class HttpReceiver:
    """`ports.Receiver` over HTTP. Redirects are not followed: only the address in the secret is trusted."""

    def __init__(self, secret: Secret, clock: Clock, timeout_s: float) -> None:
        """``timeout_s``: for the whole of a delivery."""
        self._secret, self._clock, self._timeout_s = secret, clock, timeout_s

    def deliver(self, notice: Notice) -> bool:
        members = self._members()
        if members is None:
            return False
        body = _encode(notice)
        keys = [members["signing_key"], members.get("previous_signing_key", "")]
        headers = {
            "content-type": "application/json",
            "user-agent": "bodybroker-webhooks/1",
            NOTICE_ID: notice.id,
            SIGNATURE: signature([key for key in keys if key], int(self._clock.now().timestamp()), body),
        }
        status = self._post(address(members["url"]), body, headers)
        if not http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES:
            raise Unavailable(f"The receiver of webhooks answered {status}.", code="webhook_refused")
        return True

    def _members(self) -> dict[str, str] | None:
        try:
            members = self._secret.read()
        except ClientError as error:
            if error_code(error) != NO_VALUE:
                raise
            return None
        except (KeyError, ValueError):  # whose message may hold the key
            raise WrongAddress("The secret of webhooks is no JSON object.") from None
        if not members:
            return None
        missing = [name for name in ("url", "signing_key") if not members.get(name)]
        if missing:
            raise WrongAddress(f"The secret of webhooks lacks {' and '.join(missing)}.")
        return members

    def _post(self, target: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
        connection = kind(target.netloc, timeout=self._timeout_s)
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        try:
            with _in_time(connection, self._timeout_s):
                connection.request("POST", path, body, headers)
                status = connection.getresponse().status
            return status
        except (OSError, http.client.HTTPException):
            raise Unavailable("The receiver of webhooks does not answer.", code="webhook_unanswered") from None
        finally:
            connection.close()


def signature(keys: list[str], seconds: int, body: bytes) -> str:
    """The value of the header for ``body``, sent at ``seconds`` since 1970: one v1 for each of ``keys``."""
    signed = b"%d.%b" % (seconds, body)
    return ",".join([f"t={seconds}", *(f"v1={digest(key.encode(), signed, 'sha256').hex()}" for key in keys)])


def address(url: str) -> SplitResult:
    """The parts of ``url``, which is https; plain http reaches this very machine alone, which is the local cloud's.

    Raises WrongAddress, which does not repeat the URL.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WrongAddress("The address of webhooks is no URL.") from error
    if not host or parts.username is not None:
        raise WrongAddress("The address of webhooks needs a host and no password.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise WrongAddress("The address of webhooks is not https.")
    return parts


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _in_time(connection: Any, seconds: float) -> Iterator[None]:
    """Cut the connection off after ``seconds`` and raise TimeoutError: its own timeout begins anew with every byte."""
    is_late = Event()

    def cut() -> None:
        is_late.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_late.is_set():  # what was read so far may look like a whole answer
        raise TimeoutError

"""OpenSearch by plain signed HTTP: one call, one answer. Its own client weighs more than a function."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from bodybroker.adapters import aws
from bodybroker.kernel.errors import Unavailable

SYSTEM = "The search service"
CONNECT_TIMEOUT_S = 0.3
READ_TIMEOUT_S = 2.0
LOOPBACK = ("127.0.0.1:", "localhost:")
JSON, LINES = "application/json", "application/x-ndjson"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class SearchRefused(Exception):
    """The service understood and refused: `status` and its error's `kind`."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{status} {kind}: {reason}")
        self.status = status
        self.kind = kind


class SearchHttp:
    """A domain by its endpoint: a host name, asked over TLS, or a port of this machine, asked without."""

    def __init__(self, endpoint: str, *, retries: int = 0, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        """`retries`: how often a call is repeated whose connection broke."""
        scheme = "http" if endpoint.startswith(LOOPBACK) else "https"
        self._url = f"{scheme}://{endpoint}"
        self._region = aws.session().get_config_variable("region")
        timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s)
        self._pool = urllib3.PoolManager(
            timeout=timeout, retries=urllib3.Retry(retries, redirect=0, allowed_methods=None)
        )

    def json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a JSON body, if any; the answer. Raises Unavailable, or SearchRefused."""
        return self._call(method, path, b"" if body is None else _encode(body), JSON)

    def lines(self, path: str, lines: Sequence[Mapping[str, Any]]) -> Any:
        """Post newline-delimited JSON; the answer. Raises as `json` does."""
        return self._call("POST", path, b"".join(_encode(line) + b"\n" for line in lines), LINES)

    def _call(self, method: str, path: str, body: bytes, content_type: str) -> Any:
        headers = self._signed(method, path, body, content_type)
        try:
            answer = self._pool.request(method, self._url + path, body=body, headers=headers)
            content = _decode(answer.data)
        except (urllib3.exceptions.HTTPError, msgspec.DecodeError) as error:
            raise _down() from error
        if answer.status >= 500 or answer.status == 429:
            raise _down()
        if answer.status >= 400 and not _is_missing(content):
            raise _refusal(answer.status, content)
        return content

    def _signed(self, method: str, path: str, body: bytes, content_type: str) -> dict[str, str]:
        request = AWSRequest(method, self._url + path, data=body, headers={"Content-Type": content_type})
        SigV4Auth(aws.session().get_credentials(), "es", self._region).add_auth(request)
        return dict(request.headers.items())


def _is_missing(content: Any) -> bool:
    """A document that is not there is an answer: OpenSearch says 404 to that, too."""
    return isinstance(content, dict) and content.get("found") is False


def _down() -> Unavailable:
    return Unavailable(f"{SYSTEM} does not answer; try again.")


def _refusal(status: int, content: Any) -> SearchRefused:
    error = content.get("error", {}) if isinstance(content, dict) else {}
    cause = error if isinstance(error, dict) else {"reason": str(error)}
    return SearchRefused(status, str(cause.get("type", "")), str(cause.get("reason", "")))

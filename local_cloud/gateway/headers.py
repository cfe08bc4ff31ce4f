"""Which headers cross the gateway, in either direction."""

from aiohttp import ClientResponse, web
from multidict import CIMultiDict, CIMultiDictProxy

_HOP_BY_HOP = (
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
_ONLY_A_GATEWAY_MAY_SAY = (
    "expect",
    "forwarded",
    "host",
    "x-amz-target",
    "x-amz-tenant-id",
    "x-amzn-lambda-context",
    "x-amzn-request-context",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
)
_WRITTEN_ANEW = ("content-length", "date", "server")


def for_upstream(request: web.Request) -> CIMultiDict[str]:
    """Return a client's request headers as a function gets them."""
    headers = _without(request.headers, *_ONLY_A_GATEWAY_MAY_SAY, "content-length")
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Proto"] = "http"
    headers["X-Forwarded-Port"] = request.host.rpartition(":")[2]
    return headers


def for_client(response: ClientResponse) -> CIMultiDict[str]:
    """Return an upstream's response headers as the client gets them."""
    return _without(response.headers, *_WRITTEN_ANEW)


def _without(headers: CIMultiDictProxy[str], *names: str) -> CIMultiDict[str]:
    kept = CIMultiDict(headers)
    for name in (*headers.get("Connection", "").split(","), *_HOP_BY_HOP, *names):
        kept.popall(name.strip(), None)
    return kept

"""The errors that API Gateway itself answers, rendered with the GatewayResponse templates of the deployed API."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

_VARIABLE = re.compile(r"\$(?:\{(context(?:\.\w+)+)\}|(context(?:\.\w+)+))")
_DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
_REQUEST_HEADER = "method.request.header."
_RESPONSE_HEADER = "gatewayresponse.header."


class GatewayError(Exception):
    """A request that ends in the gateway: `type` is API Gateway's response type, `status` for one without its own."""

    def __init__(self, type_: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.type = type_
        self.message = message
        self.status = status


class GatewayResponses:
    """The gateway responses of one API, as GetGatewayResponses lists them: one for each type, defaults resolved."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._by_type = {item["responseType"]: item for item in items}

    def render(
        self, error: GatewayError, request_headers: Mapping[str, str], variables: Mapping[str, str]
    ) -> web.Response:
        """Answer `error`; `variables` are the `$context` variables of the request (`context.requestId`...)."""
        item = self._by_type[error.type]
        known = {
            **variables,
            "context.error.message": error.message,
            "context.error.messageString": json.dumps(error.message),
            "context.error.responseType": error.type,
        }
        template = (item.get("responseTemplates") or {}).get("application/json", _DEFAULT_TEMPLATE)
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": variables["context.requestId"]}
        for name, source in (item.get("responseParameters") or {}).items():
            value = _mapped(source, request_headers, known)
            if name.startswith(_RESPONSE_HEADER) and value is not None:
                headers[name.removeprefix(_RESPONSE_HEADER)] = value
        body = _VARIABLE.sub(lambda found: known.get(found[1] or found[2], ""), template)
        status = int(item.get("statusCode") or error.status or 500)
        response = web.Response(status=status, body=body.encode())
        response.headers.update(headers)
        return response


def _mapped(source: str, request_headers: Mapping[str, str], variables: Mapping[str, str]) -> str | None:
    """Return what a mapping expression names: a 'literal', a request header or a `$context` variable."""
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    if source.startswith(_REQUEST_HEADER):
        return request_headers.get(source.removeprefix(_REQUEST_HEADER))
    return variables.get(source)

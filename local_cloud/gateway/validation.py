"""Request validators: the parameters and the body that a method requires before its function is called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from jsonschema import Draft4Validator

from local_cloud.gateway.gateway_responses import GatewayError

_JSON = "application/json"


@dataclass(frozen=True)
class RequestValidation:
    """What one method requires: headers and query parameters by name, and a JSON schema for each media type."""

    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    schemas: tuple[tuple[str, Draft4Validator], ...] = ()

    @classmethod
    def parse(
        cls, method: Mapping[str, Any], validators: Mapping[str, Any], models: Mapping[str, Any]
    ) -> "RequestValidation":
        """Read a method's description; `validators` are keyed by id, `models` by name."""
        validator = validators.get(method.get("requestValidatorId") or "", {})
        required: list[str] = []
        if validator.get("validateRequestParameters"):
            required = [name for name, needed in (method.get("requestParameters") or {}).items() if needed]
        schemas: Mapping[str, str] = {}
        if validator.get("validateRequestBody"):
            schemas = method.get("requestModels") or {}
        return cls(
            headers=_named(required, "method.request.header."),
            query=_named(required, "method.request.querystring."),
            schemas=tuple(
                (media_type, Draft4Validator(json.loads(models[name]["schema"])))
                for media_type, name in schemas.items()
            ),
        )

    def check(self, request: web.Request, body: bytes) -> None:
        """Refuse what the method does not accept.

        :raises GatewayError: BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY.
        """
        missing = [name for name in self.headers if not request.headers.get(name)]
        missing += [name for name in self.query if not request.query.get(name)]
        if missing:
            raise GatewayError("BAD_REQUEST_PARAMETERS", f"Missing required request parameters: [{', '.join(missing)}]")
        schemas = dict(self.schemas)
        schema = schemas.get(request.content_type) or schemas.get(_JSON)
        if schema and not _is_valid(schema, body):
            raise GatewayError("BAD_REQUEST_BODY", "Invalid request body")


def _named(parameters: list[str], location: str) -> tuple[str, ...]:
    return tuple(name.removeprefix(location) for name in parameters if name.startswith(location))


def _is_valid(schema: Draft4Validator, body: bytes) -> bool:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return bool(schema.is_valid(document))

"""The HTTP door: API Gateway's event in, one handler called, JSON or problem+json out."""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from pydantic import BaseModel

from bodybroker.doors import parse
from bodybroker.doors.log import LOG
from bodybroker.doors.operations import operation_of
from bodybroker.doors.problems import CONTENT_TYPE as PROBLEM
from bodybroker.doors.problems import problem, problem_headers, put_on_record
from bodybroker.kernel.errors import Malformed, NotFound, Unauthorized
from bodybroker.kernel.ids import PlayerId, WorldId, WorldKey, parse_id
from bodybroker.kernel.plans import Plan

M = TypeVar("M", bound=BaseModel)
JSON = "application/json"


@dataclass(frozen=True)
class Call:
    """One request. Reading a part that is absent or wrong raises the BrokerError that answers it."""

    event: Mapping[str, Any]
    path: Mapping[str, str]

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case."""
        return {name.lower(): value for name, value in (self.event.get("headers") or {}).items()}

    @cached_property
    def correlation_id(self) -> str:
        return parse.correlation_id(self.headers, self.event["requestContext"]["requestId"])

    @property
    def player(self) -> PlayerId:
        """Whom the authorizer let in."""
        context = self.event["requestContext"].get("authorizer") or {}
        if "player_id" not in context:
            raise Unauthorized("Sign in first.")
        return PlayerId(context["player_id"])

    @property
    def plan(self) -> Plan:
        """What the player pays for."""
        return parse.plan(self.event["requestContext"].get("authorizer") or {})

    @property
    def world(self) -> WorldKey:
        """The world in the path, as the player's own: somebody else's does not exist under this key."""
        return WorldKey(self.player, WorldId(parse_id("world", self.path["world"])))

    @property
    def idempotency_key(self) -> str:
        return parse.idempotency_key(self.headers)

    def body(self, model: type[M]) -> M:
        raw = (self.event.get("body") or "").encode("utf-8", "surrogatepass")
        if self.event.get("isBase64Encoded"):
            try:
                raw = b64decode(raw, validate=True)
            except NotBase64 as error:
                raise Malformed("The body is not base64.", code="malformed_json") from error
        return parse.read_body(raw, model)

    def query(self, model: type[M]) -> M:
        return parse.read_query(self.event.get("queryStringParameters") or {}, model)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back: a status, a msgspec Struct or plain data, further headers."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def replay_header(replayed: bool) -> dict[str, str]:
    """The header that tells a repeated command's first result from a new one."""
    return {"idempotent-replayed": "true"} if replayed else {}


Handler = Callable[[Call], Answer]
LambdaHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


def serve(*handlers: Handler, prepare: Iterable[Callable[[], object]] = ()) -> LambdaHandler:
    """The Lambda handler that routes to `handlers` (each described by `@operation`).

    `prepare` builds what requests need: at import on Lambda, whose start-up phase has a full core, else at first use.
    """
    app = APIGatewayRestResolver()
    for handler in handlers:
        described = operation_of(handler)
        rule = described.path.replace("{", "<").replace("}", ">")
        app.route(rule, method=described.method)(_route(app, handler))
    app.not_found(lambda _: _failure(app, NotFound("No such route.", code="route_not_found")))
    app.exception_handler(Exception)(lambda error: _failure(app, error))
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        for build in prepare:
            build()
    return app.resolve


def _route(app: APIGatewayRestResolver, handler: Handler) -> Callable[..., Response[str]]:
    def route(**path: str) -> Response[str]:
        call = Call(app.current_event.raw_event, path)
        LOG.bind(call.correlation_id)
        answer = handler(call)
        headers = {"x-correlation-id": call.correlation_id, "cache-control": "no-store", **answer.headers}
        return Response(answer.status, JSON, msgspec.json.encode(answer.body).decode(), headers)

    return route


def _failure(app: APIGatewayRestResolver, error: Exception) -> Response[str]:
    correlation_id = Call(app.current_event.raw_event, {}).correlation_id
    document = problem(error, correlation_id)
    put_on_record(LOG, error)
    headers = {"x-correlation-id": correlation_id, "cache-control": "no-store", **problem_headers(error)}
    return Response(document["status"], PROBLEM, msgspec.json.encode(document).decode(), headers)

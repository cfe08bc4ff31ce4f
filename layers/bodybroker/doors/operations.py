"""What a handler serves, said next to it: the routes and the OpenAPI document are both made from this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

EVENT_STREAM = "text/event-stream"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. Types are pydantic models (what comes in) and msgspec Structs (what goes out).

    `events` describes a server-sent event stream: each event's name and the type of its data; it replaces `responses`'
    JSON. `problems` are the error statuses beyond those that every operation can give.
    """

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str
    summary: str
    description: str
    responses: Mapping[int, Any]
    request: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    idempotent: bool = False
    public: bool = False
    problems: tuple[int, ...] = ()
    events: Mapping[str, Any] = field(default_factory=dict)


def operation(
    method: Literal["GET", "POST", "DELETE"],
    path: str,
    *,
    summary: str,
    responses: Mapping[int, Any],
    request: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    idempotent: bool = False,
    public: bool = False,
    problems: tuple[int, ...] = (),
    events: Mapping[str, Any] | None = None,
) -> Callable[[F], F]:
    """Describe the decorated handler; `path` is written as OpenAPI does, `/worlds/{world}`, below `/v1`.

    `idempotent` operations require the header Idempotency-Key, `public` ones no access token.
    """

    def describe(handler: F) -> F:
        described = Operation(
            name=handler.__name__,
            method=method,
            path=path,
            summary=summary,
            description=getdoc(handler) or "",
            responses=responses,
            request=request,
            query=query,
            idempotent=idempotent,
            public=public,
            problems=problems,
            events=events or {},
        )
        handler.operation = described  # type: ignore[attr-defined]
        return handler

    return describe


def operation_of(handler: Callable[..., Any]) -> Operation:
    """The description that `operation` attached."""
    described: Operation = handler.operation  # type: ignore[attr-defined]
    return described

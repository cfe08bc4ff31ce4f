"""Reading a request: bodies, query strings, keys. Whatever is wrong becomes one Malformed that lists every fault."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bodybroker.kernel.errors import Fault, Malformed, TooLarge
from bodybroker.kernel.plans import Plan

BODY_LIMIT = 16 * 1024
"""Bytes of a request body."""

Name = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""What a player calls something."""

PLANS: tuple[Plan, ...] = get_args(Plan)

_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}\Z")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class Body(BaseModel):
    """A request body: unknown fields and values of the wrong type are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(BaseModel):
    """A query string: unknown names are faults, numbers are read from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def read_body(raw: bytes, model: type[M]) -> M:
    """The body as `model`; where `model` requires nothing, it may be absent. Raises TooLarge or Malformed."""
    if len(raw) > BODY_LIMIT:
        raise TooLarge(f"A body may have {BODY_LIMIT} bytes; this one has {len(raw)}.")
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        if not raw:
            raise Malformed("This request needs a body.", code="malformed_json") from error
        raise _malformed(error) from error


def read_query(values: Mapping[str, Any], model: type[M]) -> M:
    """The query string as `model`. Raises Malformed."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _malformed(error, code="invalid_query") from error


def read_event(event: Mapping[str, Any], adapter: TypeAdapter[T]) -> T:
    """The event of a direct invocation, as `adapter` reads it. Raises Malformed."""
    try:
        return adapter.validate_python(event)
    except ValidationError as error:
        raise _malformed(error, code="invalid_event") from error


def plan(authorizer: Mapping[str, Any]) -> Plan:
    """The plan in what the authorizer said; whoever has none that we know gets the least."""
    found = authorizer.get("plan")
    return next((known for known in PLANS if known == found), "free")


def _malformed(error: ValidationError, code: str = "invalid_body") -> Malformed:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Malformed("The body is not JSON.", code="malformed_json", faults=_faults(found))
    return Malformed(f"The request has {len(found)} fault(s).", code=code, faults=_faults(found))


def _faults(found: list[Any]) -> list[Fault]:
    return [{"path": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in found]


def idempotency_key(headers: Mapping[str, str]) -> str:
    """The header `Idempotency-Key` (names in lower case). Raises Malformed when it is missing or unfit."""
    key = headers.get("idempotency-key")
    if key is None:
        raise Malformed("This request needs the header Idempotency-Key.", code="idempotency_key_missing")
    if _IDEMPOTENCY_KEY.match(key) is None:
        raise Malformed("An Idempotency-Key has 1 to 64 of A-Z a-z 0-9 . _ : -", code="idempotency_key_invalid")
    return key


def turn_id(given: str) -> str:
    """The id of a turn in a path: the Idempotency-Key under which it was begun. Raises Malformed."""
    if _IDEMPOTENCY_KEY.match(given) is None:
        raise Malformed("A turn's id is its Idempotency-Key.", code="turn_id_invalid")
    return given


def correlation_id(headers: Mapping[str, str], fallback: str) -> str:
    """The caller's `x-correlation-id` when it is one, else `fallback`: whatever is echoed and logged is tame."""
    given = headers.get("x-correlation-id", "")
    return given if _CORRELATION_ID.match(given) else fallback

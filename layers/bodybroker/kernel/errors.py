"""Errors that every floor may raise and that the doors turn into problem+json answers."""

from collections.abc import Sequence
from typing import TypedDict


class Fault(TypedDict):
    """One thing that is wrong with an input: where, and what."""

    path: str
    message: str


class BrokerError(Exception):
    """An expected failure with a stable `code`, an HTTP `status` and a plain English `detail`.

    `retryable` says whether the same request may succeed later; `extra` holds further members of the problem document.
    """

    status: int = 500
    code: str = "internal"
    retryable: bool = False

    def __init__(self, detail: str, *, code: str | None = None, retryable: bool | None = None, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.retryable = type(self).retryable if retryable is None else retryable
        self.extra: dict[str, object] = extra


class Malformed(BrokerError):
    """The request cannot be understood; `faults` lists every fault at once."""

    status = 400
    code = "invalid_body"

    def __init__(self, detail: str, *, faults: Sequence[Fault] = (), code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.faults = list(faults)
        if self.faults:
            self.extra["faults"] = self.faults


class Unauthorized(BrokerError):
    """Nobody valid asks: no token, a forged one or one that has expired."""

    status = 401
    code = "unauthorized"


class Forbidden(BrokerError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(BrokerError):
    """No such thing, or it belongs to another player: the two look the same from outside."""

    status = 404
    code = "not_found"


class Conflict(BrokerError):
    """The world has moved on; `current_version` is where it stands now."""

    status = 409
    code = "stale_version"
    retryable = True

    def __init__(self, detail: str, *, current_version: int, code: str | None = None) -> None:
        super().__init__(detail, code=code, current_version=current_version)
        self.current_version = current_version


class TooLarge(BrokerError):
    """The body exceeds the limit."""

    status = 413
    code = "body_too_large"


class Refused(BrokerError):
    """A rule forbids it; `code` names the rule."""

    status = 422

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(detail, code=code)
        self.extra = extra


class TooMany(BrokerError):
    """Too many requests; try again after `retry_after` seconds."""

    status = 429
    code = "too_many_requests"
    retryable = True

    def __init__(self, detail: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(detail, code=code, retry_after=retry_after)
        self.retry_after = retry_after


class Unavailable(BrokerError):
    """Something that we depend on does not answer."""

    status = 503
    code = "unavailable"
    retryable = True

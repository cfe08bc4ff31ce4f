"""Errors as problem+json documents (RFC 9457): one shape for every function, streamed or not."""

from http import HTTPStatus
from typing import Any, Protocol

from bodybroker.kernel.errors import BrokerError, Conflict, Refused, TooMany
from bodybroker.kernel.log import Log

CONTENT_TYPE = "application/problem+json"


class FailureLog(Log, Protocol):
    """A log that knows what to do with an exception."""

    def failure(self, message: str, error: Exception) -> None: ...


def problem(error: Exception, correlation_id: str) -> dict[str, Any]:
    """The problem document of `error`. An unexpected one says nothing about its cause: that is for the log."""
    if not isinstance(error, BrokerError):
        error = BrokerError("Something broke on our side; the correlation id finds it in our logs.", retryable=True)
    return {
        "type": f"urn:bodybroker:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "retryable": error.retryable,
        "correlation_id": correlation_id,
    } | error.extra


def put_on_record(log: FailureLog, error: Exception) -> None:
    """Log why a request failed: what we broke with its stack, what is out of order, what a rule refused by its code."""
    if not isinstance(error, BrokerError):
        log.failure("unexpected", error)
    elif error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("unavailable", code=error.code, detail=error.detail)
    elif isinstance(error, Refused | Conflict):
        log.info("refused", code=error.code, detail=error.detail, facts=error.extra)


def problem_headers(error: Exception) -> dict[str, str]:
    """The headers that go with the document: when to try again, or how to sign in."""
    if isinstance(error, TooMany):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, BrokerError) and error.status == HTTPStatus.UNAUTHORIZED:
        return {"www-authenticate": "Bearer"}
    return {}

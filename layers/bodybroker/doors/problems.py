"""Errors as problem+json documents (RFC 9457): one shape for every function, streamed or not."""

from http import HTTPStatus
from typing import Any

from bodybroker.kernel.errors import BrokerError, TooMany

CONTENT_TYPE = "application/problem+json"


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


def problem_headers(error: Exception) -> dict[str, str]:
    """The headers that go with the document: when to try again, or how to sign in."""
    if isinstance(error, TooMany):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, BrokerError) and error.status == HTTPStatus.UNAUTHORIZED:
        return {"www-authenticate": "Bearer"}
    return {}

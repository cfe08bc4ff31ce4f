"""The errors that SageMaker's and Application Auto Scaling's control planes answer."""

from __future__ import annotations


class ApiError(Exception):
    """A request that AWS would refuse: `code` is the exception's name on the wire, `status` its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ApiError:
    """The error for input that breaks a rule of the service."""
    return ApiError("ValidationException", message)


def unsupported(what: str) -> ApiError:
    """The error for what AWS has and the local cloud has not: refused, never ignored."""
    return ApiError("ValidationException", f"{what} is not supported by the local cloud.")

"""What can go wrong with a request, each with the status and the code that the caller sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a request body: `path` as in `messages[0].role`, and why."""

    path: str
    message: str


class InferenceError(Exception):
    """Base of every error that is answered to the caller."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "generation_failed"

    def body(self) -> dict[str, object]:
        """The error as the contract's JSON object."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": str(self), "type": kind, "code": self.code}}


class InvalidRequest(InferenceError):
    """The body is not a request of the contract; carries every fault found."""

    status = 400
    code = "invalid_request"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            "; ".join(f"{fault.path}: {fault.message}" if fault.path else fault.message for fault in faults)
        )
        self.faults = faults

    def body(self) -> dict[str, object]:
        error = super().body()["error"]
        assert isinstance(error, dict)
        return {"error": {**error, "faults": [{"path": fault.path, "message": fault.message} for fault in self.faults]}}


class ContextExceeded(InferenceError):
    """The prompt is longer than the model's context."""

    status = 400
    code = "context_length_exceeded"


class BodyTooLarge(InferenceError):
    """The body is longer than the server reads."""

    status = 413
    code = "body_too_large"


class ModelNotReady(InferenceError):
    """The model is still loading."""

    status = 503
    code = "model_not_ready"


class GenerationFailed(InferenceError):
    """The model failed while it answered."""


class AdapterUnknown(InferenceError):
    """No adapter of that name is loaded."""

    status = 404
    code = "adapter_unknown"


class AdapterRefused(InferenceError):
    """The adapter cannot be used with the model that is served."""

    status = 400
    code = "adapter_refused"

"""Asynchronous inference: who remembers it, who carries it out, who waits for it, and where its bytes lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bodybroker.models.bronze import Fate, Inference, Outcome


@dataclass(frozen=True, slots=True)
class Accepted:
    """The S3 URIs at which the endpoint will leave an answer or the reason of a failure."""

    output: str
    failure: str | None


@dataclass(frozen=True, slots=True)
class Open:
    """An inference that is not over yet: somebody must look at it at `look_at`, in seconds since 1970."""

    inference_id: str
    look_at: int


class Inferences(Protocol):
    """Inferences, one row each, and the list of those that are open. Every method may be repeated."""

    def claim(self, inference: Inference, forget_at: int) -> tuple[Inference, bool]:
        """Store the task's half unless one is stored; the inference as it is now, and whether this claim stands."""

    def accept(self, inference_id: str, accepted: Accepted) -> None:
        """Note that the endpoint has taken the request."""

    def tell(self, inference_id: str, outcome: Outcome, forget_at: int) -> Inference:
        """Store the outcome unless there is one; the inference as it is now, which may have no other half yet."""

    def decide(self, inference_id: str, fate: Fate) -> Fate:
        """Store the fate unless there is one; the fate that holds."""

    def find(self, inference_id: str) -> Inference | None:
        """The inference as it is now."""

    def open(self, inference_id: str, look_at: int) -> None:
        """Put it on the list of those that are open, or look at it at another time."""

    def close(self, inference_id: str, seen: Open | None = None) -> None:
        """Take it off the list; with `seen`, only if nobody has changed its entry since."""

    def due(self, now: int, limit: int) -> Sequence[Open]:
        """Open inferences that somebody must look at, `limit` of them at most."""


class AsyncModel(Protocol):
    """A model that is asked through S3."""

    def ask(self, inference_id: str, request: str, *, queue_s: int, answer_s: int) -> Accepted:
        """Have the body at the S3 URI `request` answered, in one try.

        Raises ModelFailed `refused` where it was not taken, Unavailable where nobody knows.
        """


class Tasks(Protocol):
    """Tasks of state machines that wait for a callback."""

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        """Resume a task; False where nobody waits for it any more."""

    def fail(self, token: str, error: str, cause: str) -> bool:
        """Fail a task; False where nobody waits for it any more."""


class Objects(Protocol):
    """Objects in S3, by their URIs."""

    def get(self, location: str) -> bytes | None:
        """An object's bytes; None where there is none."""

    def put(self, location: str, body: bytes) -> None:
        """Store an object."""

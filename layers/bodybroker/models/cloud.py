"""What the function cloud_models is asked, and what it says: the words that cross Lambda's Invoke."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from bodybroker.models.inference import ChatRequest, Completion, FailureReason

Outcome = Literal["answered"] | FailureReason


class CloudCall(Struct, frozen=True, omit_defaults=True):
    """One request in a role of the registry; all tries together end after `deadline_ms`."""

    role: str
    messages: Sequence[Mapping[str, str]]
    max_tokens: int
    deadline_ms: int
    temperature: float = 0.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, role: str, request: ChatRequest, deadline_ms: int) -> "CloudCall":
        """`request` as it is asked of a role."""
        return cls(
            role=role,
            messages=request.messages,
            max_tokens=request.max_tokens,
            deadline_ms=deadline_ms,
            temperature=request.temperature,
            seed=request.seed,
            stop=request.stop,
            schema=request.schema,
        )

    def request(self) -> ChatRequest:
        """The request without role and deadline."""
        return ChatRequest(self.messages, self.max_tokens, self.temperature, self.seed, self.stop, self.schema)


class Attempt(Struct, frozen=True):
    """One try of one model. `cost_nanodollars` is what the provider charges for it, used or not."""

    model: str
    outcome: Outcome
    latency_ms: int
    cost_nanodollars: int = 0
    reasoning_tokens: int = 0
    detail: str = ""


class Failure(Struct, frozen=True):
    """Nobody answered: why the last one did not, and what is wrong with each."""

    reason: FailureReason
    detail: str


class CloudReply(Struct, frozen=True, omit_defaults=True):
    """Either an answer or a failure, and every try on the way. The answer's cost is that of its own try alone: what was
    spent on tries that came to nothing is the house's."""

    completion: Completion | None = None
    failure: Failure | None = None
    attempts: tuple[Attempt, ...] = ()

"""Asynchronous inference in memory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from bodybroker.models.bronze import Fate, Inference, Outcome
from bodybroker.models.inference import ModelFailed
from bodybroker.models.usage import Usage
from bodybroker.ports.bronze import Accepted, Open

USAGE = Usage(20, 0, 7)


@dataclass
class MemoryInferences:
    """`ports.Inferences`"""

    rows: dict[str, Inference] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)

    def _merge(self, inference_id: str, **values: object) -> Inference:
        row = self.rows.get(inference_id, Inference(inference_id))
        self.rows[inference_id] = msgspec.structs.replace(row, **values)
        return self.rows[inference_id]

    def claim(self, inference: Inference, forget_at: int) -> tuple[Inference, bool]:
        known = self.rows.get(inference.inference_id)
        if known is not None and known.token is not None:
            return known, False
        half = ("token", "asked", "claimed_at", "due_at", "closes_at")
        return self._merge(inference.inference_id, **{name: getattr(inference, name) for name in half}), True

    def accept(self, inference_id: str, accepted: Accepted) -> None:
        self._merge(inference_id, output=accepted.output, failure=accepted.failure)

    def tell(self, inference_id: str, outcome: Outcome, forget_at: int) -> Inference:
        known = self.rows.get(inference_id)
        return self._merge(inference_id, outcome=(known and known.outcome) or outcome)

    def decide(self, inference_id: str, fate: Fate) -> Fate:
        known = self.rows.get(inference_id)
        decided = self._merge(inference_id, fate=(known and known.fate) or fate).fate
        assert decided is not None
        return decided

    def find(self, inference_id: str) -> Inference | None:
        return self.rows.get(inference_id)

    def open(self, inference_id: str, look_at: int) -> None:
        self.opened[inference_id] = look_at

    def close(self, inference_id: str, seen: Open | None = None) -> None:
        if seen is None or self.opened.get(inference_id) == seen.look_at:
            self.opened.pop(inference_id, None)

    def due(self, now: int, limit: int) -> Sequence[Open]:
        found = [Open(each, look_at) for each, look_at in self.opened.items() if look_at <= now]
        return sorted(found, key=lambda entry: entry.look_at)[:limit]


@dataclass
class MemoryObjects:
    """`ports.Objects`"""

    stored: dict[str, bytes] = field(default_factory=dict)

    def get(self, location: str) -> bytes | None:
        return self.stored.get(location)

    def put(self, location: str, body: bytes) -> None:
        self.stored[location] = body


@dataclass
class WaitingTasks:
    """`ports.Tasks`: `waiting` are the tokens of tasks that wait, `told` what each was told, which happens once."""

    waiting: set[str] = field(default_factory=set)
    told: dict[str, Mapping[str, object] | str] = field(default_factory=dict)

    def succeed(self, token: str, output: Mapping[str, object]) -> bool:
        return self._tell(token, output)

    def fail(self, token: str, error: str, cause: str) -> bool:
        return self._tell(token, error)

    def _tell(self, token: str, what: Mapping[str, object] | str) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.remove(token)
        self.told[token] = what
        return True


@dataclass
class QueueingModel:
    """`ports.AsyncModel`: `asked` are the inferences that it has taken; `refuses` makes it take none."""

    asked: list[str] = field(default_factory=list)
    refuses: bool = False

    def ask(self, inference_id: str, request: str, *, queue_s: int, answer_s: int) -> Accepted:
        if self.refuses:
            raise ModelFailed("refused", "no such endpoint")
        self.asked.append(inference_id)
        return places(inference_id)


def places(inference_id: str) -> Accepted:
    """Where the answer or the failure of an inference is stored."""
    return Accepted(f"s3://bucket/answers/{inference_id}", f"s3://bucket/failures/{inference_id}")


def completion(text: str = "The vault lies below the chapel.", usage: Usage = USAGE) -> bytes:
    """An answer as the model writes it."""
    document = {
        "model": "a-large-model",
        "choices": [{"message": {"content": text}}],
        "usage": {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens},
    }
    return json.dumps(document).encode()


def success(inference_id: str) -> str:
    """SageMaker's message that an answer is there."""
    return json.dumps(
        {
            "inferenceId": inference_id,
            "invocationStatus": "Completed",
            "responseParameters": {"outputLocation": places(inference_id).output},
            "requestParameters": {"endpointName": "bronze"},
        }
    )


def failure(inference_id: str, reason: str) -> str:
    """SageMaker's message that there will be none."""
    return json.dumps({"inferenceId": inference_id, "invocationStatus": "Failed", "failureReason": reason})

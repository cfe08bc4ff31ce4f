"""The chat contract: requests read strictly, answers written as OpenAI's chat completions."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import Fault, InvalidRequest
from .limits import ENGINE_CONTEXT_TOKENS

ROLES = ("system", "user", "assistant")
MAX_STOPS = 16
DEFAULT_MAX_TOKENS = 256

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class Message:
    """One utterance of the conversation so far."""

    role: str
    content: str


@dataclass(frozen=True)
class ChatRequest:
    """A request that has passed every check. `schema` constrains the answer; `seed` fixes the sampling.

    While every slot is taken, a request of a lower `priority` overtakes those of a higher one, as in vLLM; those far
    behind it give way.
    """

    messages: tuple[Message, ...]
    max_tokens: int = DEFAULT_MAX_TOKENS
    temperature: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    stream: bool = False
    schema: dict[str, Any] | None = None
    priority: int = 0
    context_tokens: int = ENGINE_CONTEXT_TOKENS
    """The model's own limit of prompt and answer together."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call; `cached_tokens` is the part of the prompt that was not computed again."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0

    def body(self) -> dict[str, object]:
        """The counts as OpenAI's `usage` object."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }


@dataclass(frozen=True)
class Piece:
    """Text that the model has just produced."""

    text: str


@dataclass(frozen=True)
class Finish:
    """The end of an answer."""

    reason: FinishReason
    usage: Usage


def parse(body: bytes) -> ChatRequest:
    """Read a request body; raises `InvalidRequest` with every fault in it."""
    try:
        document = json.loads(body, parse_constant=_no_constant)
        json.dumps(document, ensure_ascii=False).encode()  # an escaped lone surrogate is JSON, but not text
    except (ValueError, RecursionError) as error:
        raise InvalidRequest([Fault("", f"the body is not JSON: {error}")]) from error
    if not isinstance(document, dict):
        raise InvalidRequest([Fault("", "the body must be a JSON object")])
    reader = _Reader(document)
    request = ChatRequest(
        messages=reader.take("messages", _messages, (), required=True),
        max_tokens=reader.take("max_tokens", _integer(1, 1 << 20), DEFAULT_MAX_TOKENS),
        temperature=reader.take("temperature", _temperature, 1.0),
        seed=reader.take("seed", _integer(0, (1 << 63) - 1), None),
        stop=reader.take("stop", _stop, ()),
        stream=reader.take("stream", _boolean, False),
        schema=reader.take("response_format", _response_format, None),
        priority=reader.take("priority", _integer(-(1 << 31), (1 << 31) - 1), 0),
    )
    # vLLM sends usage in a stream only when asked; this server always does, so the option is only checked.
    reader.take("stream_options", _stream_options, None)
    reader.finish()
    return request


@dataclass
class _Reader:
    """Takes known fields out of a document and collects what is wrong with it."""

    document: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def take(
        self, name: str, check: Callable[[Any, str, list[Fault]], Any], default: Any, required: bool = False
    ) -> Any:
        self.known.add(name)
        value = self.document.get(name)
        if value is None:
            if required:
                self.faults.append(Fault(name, "is required"))
            return default
        return check(value, name, self.faults)

    def finish(self) -> None:
        self.faults.extend(
            Fault(name, "is not a field of the contract") for name in self.document if name not in self.known
        )
        if self.faults:
            raise InvalidRequest(self.faults)


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not a JSON number")


def _messages(value: Any, path: str, faults: list[Fault]) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        faults.append(Fault(path, "must be a list of at least one message"))
        return ()
    return tuple(_message(item, f"{path}[{index}]", faults) for index, item in enumerate(value))


def _message(value: Any, path: str, faults: list[Fault]) -> Message:
    if not isinstance(value, dict):
        faults.append(Fault(path, "must be an object with role and content"))
        return Message("", "")
    role, content = value.get("role"), value.get("content")
    if role not in ROLES:
        faults.append(Fault(f"{path}.role", f"must be one of {', '.join(ROLES)}"))
    if not isinstance(content, str):
        faults.append(Fault(f"{path}.content", "must be a string"))
    faults.extend(Fault(f"{path}.{name}", "is not a field of a message") for name in value.keys() - {"role", "content"})
    return Message(str(role), str(content))


def _integer(low: int, high: int) -> Callable[[Any, str, list[Fault]], int]:
    def check(value: Any, path: str, faults: list[Fault]) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        faults.append(Fault(path, f"must be an integer from {low} to {high}"))
        return low

    return check


def _temperature(value: Any, path: str, faults: list[Fault]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 2:
        return float(value)
    faults.append(Fault(path, "must be a number from 0 to 2"))
    return 0.0


def _boolean(value: Any, path: str, faults: list[Fault]) -> bool:
    if not isinstance(value, bool):
        faults.append(Fault(path, "must be true or false"))
    return value is True


def _stop(value: Any, path: str, faults: list[Fault]) -> tuple[str, ...]:
    stops = [value] if isinstance(value, str) else value
    if isinstance(stops, list) and len(stops) <= MAX_STOPS and all(isinstance(stop, str) and stop for stop in stops):
        return tuple(stops)
    faults.append(Fault(path, f"must be a non-empty string, or a list of at most {MAX_STOPS} of them"))
    return ()


def _stream_options(value: Any, path: str, faults: list[Fault]) -> None:
    if not isinstance(value, dict) or not value.keys() <= {"include_usage"}:
        faults.append(Fault(path, "must be an object whose only field is include_usage"))
    elif not isinstance(value.get("include_usage", True), bool):
        faults.append(Fault(f"{path}.include_usage", "must be true or false"))


def _response_format(value: Any, path: str, faults: list[Fault]) -> dict[str, Any] | None:
    if not isinstance(value, dict) or value.get("type") not in ("text", "json_schema"):
        faults.append(Fault(f"{path}.type", "must be text or json_schema"))
        return None
    if value["type"] == "text":
        faults.extend(Fault(f"{path}.{name}", "does not belong to type text") for name in value.keys() - {"type"})
        return None
    faults.extend(Fault(f"{path}.{name}", "is not a field of it") for name in value.keys() - {"type", "json_schema"})
    return _json_schema(value.get("json_schema"), f"{path}.json_schema", faults)


def _json_schema(value: Any, path: str, faults: list[Fault]) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        faults.append(Fault(path, "must be an object with name and schema"))
        return None
    if not isinstance(value.get("name"), str):
        faults.append(Fault(f"{path}.name", "must be a string"))
    if not isinstance(value.get("strict", True), bool):
        faults.append(Fault(f"{path}.strict", "must be true or false"))
    faults.extend(
        Fault(f"{path}.{name}", "is not a field of it") for name in value.keys() - {"name", "schema", "strict"}
    )
    schema = value.get("schema")
    if not isinstance(schema, dict):
        faults.append(Fault(f"{path}.schema", "must be a JSON schema object"))
        return None
    return schema


class Completion:
    """Writes one answer, whole or in chunks, under one id."""

    def __init__(self, model: str) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}

    def whole(self, text: str, finish: Finish) -> bytes:
        """The `chat.completion` object."""
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": finish.reason,
        }
        return _dump({**self._head, "object": "chat.completion", "choices": [choice], "usage": finish.usage.body()})

    def opening(self) -> bytes:
        """The first line of a stream: the role, no text."""
        return self._line([_delta({"role": "assistant", "content": ""})])

    def piece(self, piece: Piece) -> bytes:
        """The line of one piece of text."""
        return self._line([_delta({"content": piece.text})])

    def ending(self, finish: Finish) -> bytes:
        """The last lines of a stream: the reason, the usage, `[DONE]`."""
        return self._line([_delta({}, finish.reason)]) + self._line([], usage=finish.usage.body()) + b"data: [DONE]\n\n"

    def _line(self, choices: list[dict[str, object]], **extra: object) -> bytes:
        return event({**self._head, "object": "chat.completion.chunk", "choices": choices, **extra})


def event(document: dict[str, object]) -> bytes:
    """A JSON object as one `data:` line of a stream."""
    return b"data: " + _dump(document) + b"\n\n"


def _delta(delta: dict[str, str], reason: FinishReason | None = None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "finish_reason": reason}


def _dump(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

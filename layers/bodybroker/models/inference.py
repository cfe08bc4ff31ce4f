"""The inference contract: OpenAI's chat completions, as every endpoint of every tier speaks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Struct

from bodybroker.models.usage import Usage

FailureReason = Literal["deadline", "unavailable", "refused", "broken", "garbage"]


class ModelFailed(Exception):
    """A model gave no usable answer.

    `reason`: it missed a `deadline`, is `unavailable`, `refused` the request, was `broken` off or sent `garbage`.
    """

    def __init__(self, reason: FailureReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request. `schema` constrains the answer to JSON of that schema; `seed` fixes the sampling.

    `priority` is the lane where an endpoint is full, lower ones first; `adapter` is the LoRA adapter that shall answer,
    which the endpoint is told beside the body.
    """

    messages: Sequence[Mapping[str, str]]
    max_tokens: int
    temperature: float = 0.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    priority: int | None = None
    adapter: str | None = None

    def body(self, *, stream: bool) -> bytes:
        """The request on the wire. A stream is asked for its usage: vLLM leaves it out otherwise."""
        document: dict[str, Any] = {
            "messages": self.messages,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "stream": stream,
        }
        if stream:
            document["stream_options"] = {"include_usage": True}
        if self.seed is not None:
            document["seed"] = self.seed
        if self.stop:
            document["stop"] = self.stop
        if self.priority is not None:
            document["priority"] = self.priority
        if self.schema is not None:
            schema = {"name": "answer", "schema": self.schema, "strict": True}
            document["response_format"] = {"type": "json_schema", "json_schema": schema}
        return msgspec.json.encode(document)


class Completion(Struct, frozen=True):
    """A whole answer. `cost_nanodollars` is what it cost, where the endpoint knows better than its tier's price."""

    text: str
    model: str
    usage: Usage
    cost_nanodollars: int | None = None


class Chunk(Struct, frozen=True):
    """A piece of a streamed answer: text, or at its end the usage, with the `model` that answered and, where the
    endpoint knows it, the cost."""

    text: str = ""
    usage: Usage | None = None
    model: str = ""
    cost_nanodollars: int | None = None


class _Message(Struct):
    content: str | None = None


class _Choice(Struct):
    message: _Message = msgspec.field(default_factory=_Message)
    delta: _Message = msgspec.field(default_factory=_Message)


class _Details(Struct):
    cached_tokens: int | None = None


class _Usage(Struct):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None = None

    def read(self) -> Usage:
        cached = self.prompt_tokens_details.cached_tokens if self.prompt_tokens_details else None
        return Usage(self.prompt_tokens, cached or 0, self.completion_tokens)


class _Answer(Struct):
    choices: list[_Choice] = []
    model: str = ""
    usage: _Usage | None = None
    error: Any = None


_decode = msgspec.json.Decoder(_Answer).decode


def read_completion(body: bytes) -> Completion:
    """The answer in `body`; raises ModelFailed `garbage`."""
    answer = _read(body)
    if not answer.choices or (text := answer.choices[0].message.content) is None:
        raise ModelFailed("garbage", "an answer without content")
    return Completion(text, answer.model, answer.usage.read() if answer.usage else Usage())


def read_line(line: bytes) -> Chunk | None:
    """One line of a stream, `data: {…}` or bare JSON; None for a line that carries nothing. Raises ModelFailed."""
    data = line.strip().removeprefix(b"data:").strip()
    if not data or data == b"[DONE]" or data.startswith(b":"):
        return None
    answer = _read(data)
    text = answer.choices[0].delta.content if answer.choices else None
    usage = answer.usage.read() if answer.usage else None
    return Chunk(text or "", usage, answer.model if usage else "") if text or usage else None


def _read(data: bytes) -> _Answer:
    try:
        answer = _decode(data)
    except msgspec.MsgspecError as error:
        raise ModelFailed("garbage", str(error)) from error
    if answer.error is not None:
        raise ModelFailed("broken", "the model reported an error")
    return answer

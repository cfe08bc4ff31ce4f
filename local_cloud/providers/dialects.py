"""How the providers speak: each reads its request into a chat completion's, and writes the answer as its own."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

OURS = ("messages", "max_tokens", "temperature", "seed", "stop", "response_format")
"""What the small model's server takes of a chat completion's members."""


@dataclass(frozen=True)
class Said:
    """What the model said, with tokens as OpenAI counts them: cached ones are part of the prompt, hidden ones of the
    completion."""

    text: str
    model: str
    finish: str
    prompt: int
    cached: int
    completion: int
    reasoning: int


@dataclass(frozen=True)
class Dialect:
    """One API of one provider. `read` gives a chat completion's request; `error` the body that goes with a status."""

    provider: str
    read: Callable[[Json], Json]
    write: Callable[[Said], Json]
    error: Callable[[int, str], Json]


def _identifier(prefix: str) -> str:
    return f"{prefix}{uuid.uuid4().hex}"


def _schema(schema: Mapping[str, Any]) -> Json:
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema), "strict": True}}


def _text(content: object) -> str:
    """The text of a message's content, whether it is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(part.get("text", "") for part in parts if isinstance(part, dict))


# OpenAI: chat completions


def _read_chat(document: Json) -> Json:
    request = {name: document[name] for name in OURS if document.get(name) is not None}
    request["messages"] = [
        {"role": "system" if each["role"] == "developer" else each["role"], "content": _text(each["content"])}
        for each in document["messages"]
    ]
    if "max_completion_tokens" in document:
        request["max_tokens"] = document["max_completion_tokens"]
    return request


def _write_chat(said: Said) -> Json:
    message = {"role": "assistant", "content": said.text}
    return {
        "id": _identifier("chatcmpl-"),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": said.model,
        "choices": [{"index": 0, "message": message, "finish_reason": said.finish}],
        "usage": {
            "prompt_tokens": said.prompt,
            "completion_tokens": said.completion,
            "total_tokens": said.prompt + said.completion,
            "prompt_tokens_details": {"cached_tokens": said.cached},
            "completion_tokens_details": {"reasoning_tokens": said.reasoning},
        },
    }


def _openai_error(status: int, text: str) -> Json:
    return {"error": {"message": text, "type": "api_error", "param": None, "code": str(status)}}


# OpenAI: responses


def _read_response(document: Json) -> Json:
    given = document["input"]
    inputs = [{"role": "user", "content": given}] if isinstance(given, str) else given
    messages = [{"role": each["role"], "content": _text(each["content"])} for each in inputs]
    if document.get("instructions"):
        messages.insert(0, {"role": "system", "content": document["instructions"]})
    request: Json = {"messages": messages, "max_tokens": document.get("max_output_tokens", 256)}
    if document.get("temperature") is not None:
        request["temperature"] = document["temperature"]
    form = (document.get("text") or {}).get("format") or {}
    if form.get("type") == "json_schema":
        request["response_format"] = _schema(form["schema"])
    return request


def _write_response(said: Said) -> Json:
    content = {"type": "output_text", "text": said.text, "annotations": []}
    message = {"id": _identifier("msg_"), "type": "message", "role": "assistant", "status": "completed"}
    return {
        "id": _identifier("resp_"),
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed" if said.finish == "stop" else "incomplete",
        "incomplete_details": None if said.finish == "stop" else {"reason": "max_output_tokens"},
        "error": None,
        "instructions": None,
        "metadata": {},
        "model": said.model,
        "output": [{**message, "content": [content]}],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": said.prompt,
            "input_tokens_details": {"cached_tokens": said.cached},
            "output_tokens": said.completion,
            "output_tokens_details": {"reasoning_tokens": said.reasoning},
            "total_tokens": said.prompt + said.completion,
        },
    }


# Anthropic: messages


def _read_messages(document: Json) -> Json:
    messages = [{"role": each["role"], "content": _text(each["content"])} for each in document["messages"]]
    if document.get("system"):
        messages.insert(0, {"role": "system", "content": _text(document["system"])})
    request: Json = {"messages": messages, "max_tokens": document["max_tokens"]}
    if document.get("temperature") is not None:
        request["temperature"] = document["temperature"]
    if document.get("stop_sequences"):
        request["stop"] = document["stop_sequences"]
    form = document.get("output_format") or (document.get("output_config") or {}).get("format") or {}
    if form.get("type") == "json_schema":
        request["response_format"] = _schema(form["schema"])
    return request


def _write_messages(said: Said) -> Json:
    return {
        "id": _identifier("msg_"),
        "type": "message",
        "role": "assistant",
        "model": said.model,
        "content": [{"type": "text", "text": said.text}],
        "stop_reason": "end_turn" if said.finish == "stop" else "max_tokens",
        "stop_sequence": None,
        "usage": {
            "input_tokens": said.prompt - said.cached,
            "cache_read_input_tokens": said.cached,
            "cache_creation_input_tokens": 0,
            "output_tokens": said.completion,
        },
    }


def _anthropic_error(status: int, text: str) -> Json:
    kinds = {401: "authentication_error", 429: "rate_limit_error", 400: "invalid_request_error"}
    return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": text}}


# Gemini: generateContent


def _read_contents(document: Json) -> Json:
    roles = {"user": "user", "model": "assistant"}
    messages = [{"role": roles[each["role"]], "content": _text(each["parts"])} for each in document["contents"]]
    system = document.get("system_instruction") or document.get("systemInstruction")
    if system:
        messages.insert(0, {"role": "system", "content": _text(system["parts"])})
    settings = document.get("generationConfig") or {}
    request: Json = {"messages": messages, "max_tokens": settings.get("max_output_tokens", 256)}
    members = {"temperature": "temperature", "seed": "seed", "stop_sequences": "stop"}
    request |= {ours: settings[theirs] for theirs, ours in members.items() if settings.get(theirs) is not None}
    schema = settings.get("responseJsonSchema") or settings.get("response_json_schema")
    if schema:
        request["response_format"] = _schema(schema)
    return request


def _write_contents(said: Said) -> Json:
    content = {"role": "model", "parts": [{"text": said.text}]}
    finish = "STOP" if said.finish == "stop" else "MAX_TOKENS"
    return {
        "candidates": [{"content": content, "finishReason": finish, "index": 0}],
        "modelVersion": said.model,
        "responseId": _identifier(""),
        "usageMetadata": {
            "promptTokenCount": said.prompt,
            "cachedContentTokenCount": said.cached,
            "candidatesTokenCount": said.completion - said.reasoning,
            "thoughtsTokenCount": said.reasoning,
            "totalTokenCount": said.prompt + said.completion,
        },
    }


def _gemini_error(status: int, text: str) -> Json:
    states = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
    return {"error": {"code": status, "message": text, "status": states.get(status, "INTERNAL")}}


CHAT = Dialect("openai", _read_chat, _write_chat, _openai_error)
RESPONSES = Dialect("openai", _read_response, _write_response, _openai_error)
MESSAGES = Dialect("anthropic", _read_messages, _write_messages, _anthropic_error)
CONTENTS = Dialect("gemini", _read_contents, _write_contents, _gemini_error)

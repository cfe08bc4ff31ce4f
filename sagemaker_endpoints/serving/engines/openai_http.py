"""A model behind Ollama's OpenAI-compatible HTTP API."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from ..contract import ChatRequest, Finish, Piece, Usage
from ..errors import (
    AdapterRefused,
    AdapterUnknown,
    ContextExceeded,
    Fault,
    GenerationFailed,
    InferenceError,
    InvalidRequest,
)
from . import EngineUnavailable

TOKEN_TIMEOUT = 120.0
"""Seconds between two chunks before the call counts as failed; the first one may wait for Ollama to load the model."""


class Ollama:
    """Serves the model `name` of the Ollama at `base_url`."""

    def __init__(self, name: str, base_url: str) -> None:
        self.model = f"ollama/{name}"
        self._name = name
        self._base_url = base_url
        # Ollama is named by its own variable; a proxy meant for the internet has no business in between.
        self._client = httpx.AsyncClient(base_url=base_url, timeout=TOKEN_TIMEOUT, trust_env=False)

    def load(self) -> None:
        """Check that Ollama has the model, and make it load the weights."""
        with httpx.Client(base_url=self._base_url, timeout=600.0, trust_env=False) as client:
            try:
                response = client.post("/api/generate", json={"model": self._name})
            except httpx.HTTPError as error:
                raise EngineUnavailable(
                    f"no Ollama answers at {self._base_url} ({error}); start it or set OLLAMA_HOST"
                ) from error
        if response.status_code == 404:
            raise EngineUnavailable(f"Ollama has no model {self._name}; fetch it with `ollama pull {self._name}`")
        if response.is_error:
            raise EngineUnavailable(f"Ollama cannot load {self._name}: {response.text[:500]}")

    async def generate(self, request: ChatRequest, adapter: str | None = None) -> AsyncGenerator[Piece | Finish, None]:
        """Pass the request on; closing the generator closes the connection, which stops Ollama."""
        if adapter is not None:
            raise AdapterUnknown(f"no adapter {adapter} is loaded")
        reason, usage = "stop", None
        try:
            async with self._client.stream("POST", "/v1/chat/completions", json=self._payload(request)) as response:
                if response.is_error:
                    raise _translate(response.status_code, await response.aread())
                async for chunk in _chunks(response):
                    usage = chunk.get("usage") or usage
                    for choice in chunk.get("choices") or ():
                        reason = choice.get("finish_reason") or reason
                        if text := choice.get("delta", {}).get("content"):
                            yield Piece(text)
        except httpx.HTTPError as error:
            raise GenerationFailed(f"Ollama failed: {error or type(error).__name__}") from error
        if usage is None:
            raise GenerationFailed("Ollama stopped before its answer was whole")
        yield Finish("length" if reason == "length" else "stop", _usage(usage))

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Refuse: Ollama loads adapters as models of their own only."""
        raise AdapterRefused("Ollama takes no adapters while it runs")

    async def unload_adapter(self, name: str) -> None:
        """Refuse: none is ever loaded."""
        raise AdapterUnknown(f"no adapter {name} is loaded")

    def adapters(self) -> dict[str, Path]:
        """None."""
        return {}

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def _payload(self, request: ChatRequest) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "model": self._name,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stop": list(request.stop),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.seed is not None:
            payload["seed"] = request.seed
        if request.schema is not None:
            schema = {"name": "answer", "schema": request.schema, "strict": True}
            payload["response_format"] = {"type": "json_schema", "json_schema": schema}
        return payload


async def _chunks(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        data = line.removeprefix("data:").strip()
        if not data or data == "[DONE]":
            continue
        try:
            chunk = json.loads(data)
        except ValueError as error:
            raise GenerationFailed(f"Ollama sent what is not JSON: {data[:200]}") from error
        if "error" in chunk:
            raise GenerationFailed(f"Ollama failed: {chunk['error']}")
        yield chunk


def _usage(usage: dict[str, Any]) -> Usage:
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]), int(cached))


def _translate(status: int, body: bytes) -> InferenceError:
    text = body.decode(errors="replace")[:500]
    if status == 400:
        return ContextExceeded(text) if "context" in text else InvalidRequest([Fault("", text)])
    return GenerationFailed(f"Ollama answered {status}: {text}")

"""llama.cpp in this process (xllamacpp): a GGUF file on CPU threads, with slots that keep their prompt prefixes."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from ..adapters import AdapterFolder, digest, read
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
from ..lanes import Lanes
from . import EngineUnavailable
from .runtime import Runtime, RuntimeFailed, start

SLOTS = 4
"""Conversations that generate at the same time."""

ADAPTER_SLOTS = 2
"""How many of them one adapter may have: the memory of its slots is its own."""

_SEEDS = (1 << 32) - 1  # the runtime's seeds are 32 bits wide and the highest one means "random"


class LlamaCpp:
    """Serves one GGUF file and LoRA adapters of it. `find` blocks until the file is there and returns its path.

    Each adapter has a llama.cpp server of its own on the same file. In a shared one prompts computed with and without
    an adapter compete for the same cache: at best every change computes its prompt anew, at worst one is reused across
    adapters and the answers mix.
    """

    def __init__(self, model: str, find: Callable[[], Path], context_tokens: int) -> None:
        self.model = model
        self._find = find
        self._context_tokens = context_tokens
        self._path = Path()
        self._lanes = Lanes(SLOTS)
        self._runtimes: dict[str | None, Runtime] = {}
        self._folders: dict[str, Path] = {}
        self._changing = asyncio.Lock()

    def load(self) -> None:
        """Read the weights and allocate the slots."""
        self._path = self._find()
        try:
            self._runtimes[None] = start(self._path, self._context_tokens, SLOTS)
        except RuntimeFailed as error:
            raise EngineUnavailable(f"{self._path} is not a model that llama.cpp can load: {error}") from error

    async def generate(self, request: ChatRequest, adapter: str | None = None) -> AsyncGenerator[Piece | Finish, None]:
        """Generate on a slot; the prompt that shares the longest prefix with this one is reused.

        What is not streamed is begun anew when somebody far ahead in the lanes wants the machine.
        """
        if request.stream:
            async for produced in self._generate(request, adapter):
                yield produced
            return
        whole: list[Piece | Finish] = []
        while not (whole and isinstance(whole[-1], Finish)):
            whole = [produced async for produced in self._generate(request, adapter)]
        for produced in whole:
            yield produced

    async def _generate(self, request: ChatRequest, adapter: str | None) -> AsyncGenerator[Piece | Finish, None]:
        """One attempt; it ends without a `Finish` where it gave way."""
        limit = SLOTS if adapter is None else ADAPTER_SLOTS
        async with self._lanes.slot(adapter, limit, request.priority) as turn:
            runtime = self._runtimes.get(adapter)
            if runtime is None:
                raise AdapterUnknown(f"no adapter {adapter} is loaded")
            answer = _Answer(request.max_tokens, min(request.context_tokens, self._context_tokens))
            subject = "response_format" if request.schema else "messages"
            async with aclosing(runtime.chunks(_payload(request), subject)) as chunks:
                async for chunk in chunks:
                    if text := answer.take(chunk):
                        yield Piece(text)
                    if turn.must_leave and not request.stream:
                        return
            yield answer.finish()

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Start a server with the adapter; one that had its name ends when its answers have."""
        async with self._changing:
            adapter = await asyncio.to_thread(self._checked, folder)
            try:
                runtime = await asyncio.to_thread(
                    start, self._path, self._context_tokens, ADAPTER_SLOTS, adapter.weights
                )
            except RuntimeFailed as error:
                raise AdapterRefused(f"llama.cpp cannot apply the adapter to {self.model}: {error}") from error
            finally:
                _keep_signal_handlers()
            old = self._runtimes.get(name)
            self._runtimes[name], self._folders[name] = runtime, folder
            if old is not None:
                await old.close()

    async def unload_adapter(self, name: str) -> None:
        """Stop offering the adapter at once, and free it when its running answers have ended."""
        async with self._changing:
            if name not in self._folders:
                raise AdapterUnknown(f"no adapter {name} is loaded")
            del self._folders[name]
            await self._runtimes.pop(name).close()

    def adapters(self) -> dict[str, Path]:
        """The adapters that are loaded, each with its folder."""
        return dict(self._folders)

    async def close(self) -> None:
        """Stop what runs, then free the model."""
        runtimes, self._runtimes = list(self._runtimes.values()), {}
        for runtime in runtimes:
            runtime.cancel()
        for runtime in runtimes:
            await runtime.close()

    def _checked(self, folder: Path) -> AdapterFolder:
        adapter, base = read(folder), digest(self._path)
        if adapter.base_digest != base:
            raise AdapterRefused(f"the adapter is for the base {adapter.base_digest}, not for {self.model} ({base})")
        return adapter


def _keep_signal_handlers() -> None:
    """Put this process's handlers back: every server of llama.cpp installs its own when it starts."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.getsignal(number))


class _Answer:
    """Reads the runtime's chunks of one answer."""

    def __init__(self, max_tokens: int, context_tokens: int) -> None:
        self._max_tokens = max_tokens
        self._context_tokens = context_tokens
        self._finish: Finish | None = None
        self._reason = ""

    def take(self, chunk: dict[str, Any]) -> str:
        """The text in a chunk, if any."""
        if error := chunk.get("error"):
            raise _translate(error)
        if progress := chunk.get("prompt_progress"):
            self._check_room(int(progress["total"]))
        if usage := chunk.get("usage"):
            cached = int(usage["prompt_tokens_details"]["cached_tokens"])
            counts = Usage(int(usage["prompt_tokens"]), int(usage["completion_tokens"]), cached)
            self._finish = Finish("length" if self._reason == "length" else "stop", counts)
        if not chunk["choices"]:
            return ""
        choice = chunk["choices"][0]
        self._reason = choice["finish_reason"] or self._reason
        return choice["delta"].get("content") or ""

    def finish(self) -> Finish:
        """The end, once every chunk has been taken."""
        if self._finish is None:
            raise GenerationFailed("the model stopped before its answer was whole")
        return self._finish

    def _check_room(self, prompt_tokens: int) -> None:
        if prompt_tokens + self._max_tokens > self._context_tokens:
            raise ContextExceeded(
                f"the prompt's {prompt_tokens} tokens and max_tokens {self._max_tokens} do not fit in the context of "
                f"{self._context_tokens} tokens"
            )


def _payload(request: ChatRequest) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stop": list(request.stop),
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,  # a chunk per batch of the prompt: cancellation is seen before the first token
    }
    if request.seed is not None:
        payload["seed"] = request.seed % _SEEDS
    if request.schema is not None:
        payload["response_format"] = {"type": "json_schema", "json_schema": {"schema": request.schema}}
    return payload


def _translate(error: dict[str, Any]) -> InferenceError:
    message = str(error.get("message"))
    if error.get("type") == "exceed_context_size_error":
        return ContextExceeded(message)
    if error.get("code") == 400:
        return InvalidRequest([Fault("", message)])
    return GenerationFailed(message)

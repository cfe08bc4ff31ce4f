"""llama.cpp in this process (xllamacpp): a GGUF file on CPU threads, with slots that keep their prompt prefixes."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..contract import ChatRequest, Finish, Piece, Usage
from ..errors import ContextExceeded, Fault, GenerationFailed, InferenceError, InvalidRequest
from . import EngineUnavailable

SLOTS = 4
"""Conversations that generate at the same time."""

PREFIX_CACHE_MIB = 1024
"""Memory for the state of prompts whose slot went to another conversation."""

BATCH_TOKENS = 128
"""Prompt tokens computed between two looks at cancellation; larger batches were no faster on 2 cores."""

_SEEDS = (1 << 32) - 1  # the runtime's seeds are 32 bits wide and the highest one means "random"


class LlamaCpp:
    """Serves one GGUF file. `find` blocks until the file is there and returns its path."""

    def __init__(self, model: str, find: Callable[[], Path], context_tokens: int) -> None:
        self.model = model
        self._find = find
        self._context_tokens = context_tokens
        self._threads = ThreadPoolExecutor(SLOTS, thread_name_prefix="generate")
        self._running: set[threading.Event] = set()
        self._server: Any = None

    def load(self) -> None:
        """Read the weights and allocate the slots."""
        # OpenMP reads this when it is loaded. Threads that spin while they wait for each other starve on a busy
        # machine: with four processes to a core, an answer took minutes instead of seconds.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import xllamacpp

        path = self._find()
        try:
            self._server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), path, self._context_tokens))
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailable(f"{path} is not a model that llama.cpp can load: {error}") from error

    async def generate(self, request: ChatRequest) -> AsyncGenerator[Piece | Finish, None]:
        """Generate on a slot; the prompt that shares the longest prefix with this one is reused."""
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[dict[str, Any] | InferenceError | None] = asyncio.Queue()
        cancelled = threading.Event()

        def put(chunk: dict[str, Any] | InferenceError | None) -> bool:
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            return cancelled.is_set()  # true makes the runtime stop and free the slot

        self._running.add(cancelled)
        self._threads.submit(self._run, request, put, cancelled)
        answer = _Answer(request.max_tokens, self._context_tokens)
        try:
            while (chunk := await chunks.get()) is not None:
                if isinstance(chunk, InferenceError):
                    raise chunk
                if text := answer.take(chunk):
                    yield Piece(text)
            yield answer.finish()
        finally:
            cancelled.set()
            self._running.discard(cancelled)

    def _run(
        self,
        request: ChatRequest,
        put: Callable[[dict[str, Any] | InferenceError | None], bool],
        cancelled: threading.Event,
    ) -> None:
        if not cancelled.is_set():
            try:
                self._server.handle_chat_completions(_payload(request), put)
            except ValueError as error:  # the runtime's word for a request that it cannot take
                put(InvalidRequest([Fault("response_format" if request.schema else "messages", str(error))]))
            except RuntimeError as error:
                put(GenerationFailed(f"the model failed: {error}"))
        put(None)

    async def close(self) -> None:
        """Stop what runs, then free the model."""
        for cancelled in self._running:
            cancelled.set()
        await asyncio.to_thread(self._threads.shutdown)
        self._server = None


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


def _parameters(parameters: Any, path: Path, context_tokens: int) -> Any:
    cores = _cores()
    parameters.model.path = str(path)
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * context_tokens
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    parameters.cache_ram_mib = PREFIX_CACHE_MIB
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = cores
    parameters.verbosity = -1
    # The runtime insists on an HTTP port of its own: loopback, any port, closed to whoever lacks a key that nobody has.
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [secrets.token_hex()]
    parameters.ui = False
    return parameters


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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

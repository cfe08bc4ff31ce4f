"""One llama.cpp server in this process (xllamacpp), and the threads that wait for its answers."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..errors import Fault, GenerationFailed, InferenceError, InvalidRequest

PREFIX_CACHE_MIB = 1024
"""Memory for the state of prompts whose slot went to another conversation, at most."""

BATCH_TOKENS = 128
"""Prompt tokens computed between two looks at cancellation; larger batches were no faster on 2 cores."""

_Item = dict[str, Any] | InferenceError | None


class RuntimeFailed(Exception):
    """llama.cpp cannot load the files."""


def start(path: Path, context_tokens: int, slots: int, adapter: Path | None = None) -> Runtime:
    """Load a model file, with an adapter or without; blocks. Raises `RuntimeFailed`."""
    # OpenMP reads this when it is loaded. Threads that spin while they wait for each other starve on a busy
    # machine: with four processes to a core, an answer took minutes instead of seconds.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import xllamacpp

    parameters = _parameters(xllamacpp.CommonParams(), path, context_tokens, slots)
    if adapter is not None:
        parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
    try:
        return Runtime(xllamacpp.Server(parameters), slots)
    except (RuntimeError, ValueError) as error:
        raise RuntimeFailed(str(error)) from error


class Runtime:
    """A loaded model, with an adapter or without."""

    def __init__(self, server: Any, slots: int) -> None:
        self._server = server
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="generate")
        self._running: set[threading.Event] = set()

    async def chunks(self, payload: dict[str, Any], subject: str) -> AsyncGenerator[dict[str, Any], None]:
        """The runtime's chunks of one answer; a fault of the request's is blamed on its field `subject`.

        Closing the generator stops the model.
        """
        loop = asyncio.get_running_loop()
        items: asyncio.Queue[_Item] = asyncio.Queue()
        cancelled = threading.Event()

        def put(item: _Item) -> bool:
            loop.call_soon_threadsafe(items.put_nowait, item)
            return cancelled.is_set()  # true makes the runtime stop and free the slot

        self._running.add(cancelled)
        self._threads.submit(self._run, payload, subject, put, cancelled)
        try:
            while (item := await items.get()) is not None:
                if isinstance(item, InferenceError):
                    raise item
                yield item
        finally:
            cancelled.set()
            self._running.discard(cancelled)

    def cancel(self) -> None:
        """Tell every running answer to stop."""
        for cancelled in self._running:
            cancelled.set()

    async def close(self) -> None:
        """Free the model when its running answers have ended."""
        await asyncio.to_thread(self._threads.shutdown)
        self._server = None

    def _run(
        self, payload: dict[str, Any], subject: str, put: Callable[[_Item], bool], cancelled: threading.Event
    ) -> None:
        if not cancelled.is_set():
            try:
                self._server.handle_chat_completions(payload, put)
            except ValueError as error:  # the runtime's word for a request that it cannot take
                put(InvalidRequest([Fault(subject, str(error))]))
            except RuntimeError as error:
                put(GenerationFailed(f"the model failed: {error}"))
        put(None)


def _parameters(parameters: Any, path: Path, context_tokens: int, slots: int) -> Any:
    parameters.model.path = str(path)
    parameters.n_parallel = slots
    parameters.n_ctx = slots * context_tokens
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    parameters.cache_ram_mib = PREFIX_CACHE_MIB
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = _cores()
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

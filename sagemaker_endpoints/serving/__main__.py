"""Run the server: load the model in the background, answer until SIGTERM or SIGINT, exit 0; exit 1 without a model."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path

import uvicorn

from .app import App
from .engines import Engine, EngineUnavailable
from .limits import ENGINE_CONTEXT_TOKENS
from .model_choice import choose

SHUTDOWN_SECONDS = 3
"""What running generations get to end on their own."""

_LOG = logging.getLogger("serving")


class _Server(uvicorn.Server):
    """uvicorn without its signal handling, which raises SIGTERM again after the shutdown and spoils the exit status."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _serve(engine: Engine, model_dir: Path, port: int) -> int:
    app = App(engine, model_dir)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, lifespan="off", access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS
    )
    server = _Server(config)
    _stop_on_signals(server)
    loading = asyncio.create_task(_load(engine, app, server))
    await server.serve()
    if not loading.done():
        os._exit(0)  # neither a download nor llama.cpp's loading can be interrupted, and nothing needs to be saved
    await engine.close()
    return await loading


async def _load(engine: Engine, app: App, server: _Server) -> int:
    started = time.monotonic()
    try:
        await asyncio.to_thread(engine.load)
    except EngineUnavailable as error:
        _LOG.error("%s", error)
        server.should_exit = True
        return 1
    _stop_on_signals(server)  # llama.cpp has put its own handlers in place
    app.ready = True
    _LOG.info("%s is ready after %.1f s", engine.model, time.monotonic() - started)
    return 0


def _stop_on_signals(server: _Server) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, setattr, server, "should_exit", True)


def main() -> int:
    """Serve until told to stop; the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        engine = choose(os.environ, ENGINE_CONTEXT_TOKENS)
    except EngineUnavailable as error:
        _LOG.error("%s", error)
        return 1
    model_dir = Path(os.environ.get("SM_MODEL_DIR", "."))
    return asyncio.run(_serve(engine, model_dir, int(os.environ.get("PORT", "8080"))))


if __name__ == "__main__":
    sys.exit(main())

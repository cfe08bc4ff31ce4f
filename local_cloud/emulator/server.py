"""The emulator's server: MiniStack and the SageMaker plane as one ASGI application on one loopback port."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from ministack import app as ministack
from ministack.core import lambda_runtime

from local_cloud.emulator import items, keeper, states
from local_cloud.emulator.codec import BlobStore
from local_cloud.emulator.context import EmulatorContext
from local_cloud.emulator.journal import Journal
from local_cloud.emulator.keeper import Keeper
from local_cloud.emulator.lambda_worker import Surroundings
from local_cloud.emulator.patches import (
    callbacks,
    key_conditions,
    lambda_errors,
    lambda_isolation,
    lambda_logs,
    missing_types,
    outputs,
    request_validators,
    topics,
)
from local_cloud.emulator.patches.targets import assert_targets
from local_cloud.emulator.unpack import PackageCache
from local_cloud.sagemaker import plane as sagemaker

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

TARGETS = ("ministack.app:app(scope, receive, send)", "ministack.core.lambda_runtime:reset()")
PATCHES = (
    callbacks,
    items,
    keeper,
    key_conditions,
    lambda_errors,
    lambda_isolation,
    lambda_logs,
    missing_types,
    outputs,
    request_validators,
    states,
    topics,
)

_GRACE_S = 2
_KEEP_ALIVE_S = 75


class _Server(uvicorn.Server):
    """Leaves signals to the emulator, which has state to save before the process may end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Emulator:
    """One emulator process: patched MiniStack, restored state, and the planes beside it."""

    def __init__(self, port: int, state_dir: Path, lambda_python: Path, model_python: Path) -> None:
        assert_targets([*TARGETS, *(target for patch in PATCHES for target in patch.TARGETS)])
        self._port = port
        self._stop = asyncio.Event()
        self._journal = Journal(state_dir / "journal.db", on_failure=self.stop)
        base_url = f"http://127.0.0.1:{port}"
        surroundings = Surroundings(
            lambda_python, PackageCache(state_dir / "packages"), state_dir / "workers", endpoint_url=base_url
        )
        surroundings.clean()
        lambda_isolation.install(surroundings)
        callbacks.install()
        lambda_errors.install()
        lambda_logs.install(state_dir / "logs" / "lambda")
        key_conditions.install()
        missing_types.install()
        outputs.install()
        request_validators.install()
        topics.install()
        self._keeper = Keeper(self._journal, BlobStore(state_dir / "blobs"))
        self._keeper.install()
        context = EmulatorContext(state_dir, base_url, lambda_python, model_python, self._journal)
        self._sagemaker = sagemaker.install(context)

    async def serve(self) -> None:
        """Serve until `stop`, SIGTERM or SIGINT; state is saved and every child process ended on return."""
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._stop.set)
        config = uvicorn.Config(
            self,
            host="127.0.0.1",
            port=self._port,
            http="httptools",
            ws="wsproto",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,  # MiniStack sends its own
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
        self._journal.close()

    def stop(self) -> None:
        """End the server; from any thread."""
        self._loop.call_soon_threadsafe(self._stop.set)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/endpoints/"):
            await self._sagemaker.asgi(scope, receive, send)
        else:
            await ministack.app(scope, receive, send)

    async def _lifespan(self, scope: Message, receive: Receive, send: Send) -> None:
        """MiniStack's start and stop, with ours between them and the server's answers."""
        sweeping: asyncio.Task[None] | None = None

        async def send_after_ours(message: Message) -> None:
            nonlocal sweeping
            if message["type"] == "lifespan.startup.complete":
                self._keeper.restore()
                await self._sagemaker.startup()
                sweeping = asyncio.create_task(self._keeper.sweep_forever())
            elif message["type"] == "lifespan.shutdown.complete" and sweeping is not None:
                sweeping.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sweeping
                await self._sagemaker.shutdown()
                await asyncio.to_thread(lambda_runtime.reset)
                await self._keeper.save()
            await send(message)

        await ministack.app(scope, receive, send_after_ours)

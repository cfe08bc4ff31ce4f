"""One model server: a process that answers GET /ping and POST /invocations, kept alive until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp

from local_cloud.sagemaker.process import container_environment, end, spawn

logger = logging.getLogger(__name__)

PING_INTERVAL_SECONDS = 0.05
STOP_GRACE_SECONDS = 30.0  # what SageMaker gives a container between SIGTERM and SIGKILL
FIRST_BACK_OFF_SECONDS = 0.2
LONGEST_BACK_OFF_SECONDS = 10.0


class ServerFailed(Exception):
    """The server did not become healthy; the message says why."""


@dataclass(frozen=True)
class ServerSpec:
    """What a server is started from: a directory with `code/serve.py` and the container's environment."""

    label: str  # for messages, such as "production variant gold"
    python: Path
    directory: Path
    environment: dict[str, str]
    log: Path
    startup_seconds: float


class Server(Protocol):
    """What hosts know of a server: where requests go, and with which headers of the host's own."""

    ready: asyncio.Event
    adapters: dict[str, Path]
    headers: Mapping[str, str]

    @property
    def url(self) -> str: ...

    async def stop(self, grace_seconds: float = ...) -> None: ...

    async def load_adapter(self, name: str, directory: Path) -> None: ...

    async def unload_adapter(self, name: str) -> None: ...


class ModelServer:
    """A model server process and its guard, which starts it again when it dies."""

    def __init__(self, spec: ServerSpec, http: aiohttp.ClientSession) -> None:
        self.spec = spec
        self.url = ""
        self.headers: Mapping[str, str] = {}
        self.ready = asyncio.Event()
        self.adapters: dict[str, Path] = {}
        self._http = http
        self._process: Process | None = None
        self._guard: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process and wait for its health; from then on it is started again when it dies.

        Raises ServerFailed when the process ends or does not answer in time; nothing is left running then.
        """
        try:
            await self._launch()
        except BaseException:
            await self._end()
            raise
        self._guard = asyncio.create_task(self._keep_alive())

    async def stop(self, grace_seconds: float = STOP_GRACE_SECONDS) -> None:
        """End the process and its guard; the process may finish its requests within the grace time."""
        self.ready.clear()
        if self._guard is not None:
            self._guard.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._guard
        await self._end(grace_seconds)

    async def load_adapter(self, name: str, directory: Path) -> None:
        """Register a LoRA adapter with the server, now and after every restart. Raises ServerFailed."""
        await self._register(name, directory)
        self.adapters[name] = directory

    async def unload_adapter(self, name: str) -> None:
        """Take an adapter away from the server."""
        self.adapters.pop(name, None)
        with contextlib.suppress(aiohttp.ClientError):
            async with self._http.delete(f"{self.url}/adapters/{name}"):
                pass

    async def _launch(self) -> None:
        port = _free_port()
        environment = container_environment() | self.spec.environment
        environment |= {"SM_MODEL_DIR": str(self.spec.directory), "PORT": str(port)}
        self.spec.log.parent.mkdir(parents=True, exist_ok=True)
        with self.spec.log.open("ab") as log:
            self._process = await spawn(
                [str(self.spec.python), "code/serve.py"],
                directory=self.spec.directory,
                environment=environment,
                output=log,
            )
        self.url = f"http://127.0.0.1:{port}"
        await self._wait_for_health(self._process)
        for name, directory in self.adapters.items():
            await self._register(name, directory)
        self.ready.set()

    async def _wait_for_health(self, process: Process) -> None:
        try:
            async with asyncio.timeout(self.spec.startup_seconds):
                while not await self._healthy():
                    if process.returncode is not None:
                        raise ServerFailed(
                            f"The container for {self.spec.label} exited with code {process.returncode} before it "
                            f"passed the ping health check; see {self.spec.log}{_last_line(self.spec.log)}"
                        )
                    await asyncio.sleep(PING_INTERVAL_SECONDS)
        except TimeoutError:
            raise ServerFailed(
                f"The container for {self.spec.label} did not pass the ping health check within "
                f"{self.spec.startup_seconds:.0f} s; see {self.spec.log}{_last_line(self.spec.log)}"
            ) from None

    async def _healthy(self) -> bool:
        try:
            async with self._http.get(f"{self.url}/ping", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _register(self, name: str, directory: Path) -> None:
        try:
            async with self._http.post(f"{self.url}/adapters", json={"name": name, "src": str(directory)}) as answer:
                if answer.status >= 300:
                    raise ServerFailed(f"The container refused adapter {name}: {answer.status} {await answer.text()}")
        except aiohttp.ClientError as error:
            raise ServerFailed(f"The container refused adapter {name}: {error}") from error

    async def _keep_alive(self) -> None:
        while True:
            assert self._process is not None
            code = await self._process.wait()
            self.ready.clear()
            logger.warning("the model server of %s died with code %s", self.spec.label, code)
            await self._end()
            await self._relaunch()

    async def _relaunch(self) -> None:
        pause = FIRST_BACK_OFF_SECONDS
        while True:
            try:
                await self._launch()
                return
            except ServerFailed as error:
                logger.warning("%s; next try in %.1f s", error, pause)
                await self._end()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_BACK_OFF_SECONDS)

    async def _end(self, grace_seconds: float = 0) -> None:
        process, self._process = self._process, None
        if process is not None:
            await end(process, grace_seconds)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace")[-2000:].strip().splitlines()
    return f": {lines[-1]}" if lines else ""

"""A streaming function's own web server, run as Lambda with the Lambda Web Adapter layer runs it.

On AWS an execution environment serves one request at a time and Lambda starts as many as there are requests; here one
process serves all of them at once, so a function must not keep state of one request where another can reach it.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
import uuid
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession
from yarl import URL

from local_cloud.gateway.packages import Package
from local_cloud.processes import die_with_parent

_LOG = logging.getLogger(__name__)
_READINESS_POLL_S = 0.01
_START_LIMIT_S = 30.0
_STOP_LIMIT_S = 3.0
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0


class FunctionUnavailable(Exception):
    """The function's web server ended before it was ready, or did not become ready in time."""


@dataclass(frozen=True)
class FunctionConfiguration:
    """The part of Lambda's function configuration that a running environment sees."""

    arn: str
    name: str
    version: str
    runtime: str
    handler: str
    timeout_s: int
    memory_mb: int
    variables: dict[str, str]

    @classmethod
    def parse(cls, configuration: dict[str, Any]) -> "FunctionConfiguration":
        """Read the `Configuration` of GetFunction."""
        return cls(
            arn=configuration["FunctionArn"],
            name=configuration["FunctionName"],
            version=configuration["Version"],
            runtime=configuration["Runtime"],
            handler=configuration["Handler"],
            timeout_s=configuration["Timeout"],
            memory_mb=configuration["MemorySize"],
            variables=(configuration.get("Environment") or {}).get("Variables") or {},
        )


class WebFunction:
    """Keeps one function's web server running, restarts it when it dies, and knows where it listens."""

    def __init__(
        self, configuration: FunctionConfiguration, package: Package, session: ClientSession, aws_url: URL, state: Path
    ) -> None:
        self.configuration = configuration
        self.package = package
        self.log_stream = f"{time.strftime('%Y/%m/%d')}/[{configuration.version}]{uuid.uuid4().hex}"
        self._session = session
        self._aws_url = aws_url
        self._state = state
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._ready: asyncio.Future[URL] = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep_running())

    @contextlib.asynccontextmanager
    async def address(self) -> AsyncIterator[URL]:
        """Yield the base URL of the ready server; it is not retired while the context is open.

        :raises FunctionUnavailable: when the server fails to start.
        """
        self._in_flight += 1
        self._idle.clear()
        try:
            ready = self._ready
            await asyncio.wait([ready], timeout=_START_LIMIT_S)
            if not ready.done():
                raise FunctionUnavailable(f"{self.configuration.name} is not ready")
            yield ready.result()
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._idle.set()

    @property
    def is_ready(self) -> bool:
        """Whether the server answers now."""
        return self._ready.done()

    async def retire(self) -> None:
        """Stop when the last request in flight has ended."""
        try:
            await self._idle.wait()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """End the server now."""
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper
        self._fail("it is stopped")

    async def _keep_running(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            reason = await self._run()
            _LOG.error("function %s ended with %s; it starts again", self.configuration.name, reason)
            if self._ready.done():
                pause_s = _FIRST_PAUSE_S
            self._fail(reason)
            self._ready = asyncio.get_running_loop().create_future()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _fail(self, reason: str) -> None:
        """Tell those who wait for the server that it will not be ready."""
        if not self._ready.done():
            self._ready.set_exception(FunctionUnavailable(f"{self.configuration.name}: {reason}"))
            self._ready.exception()  # nobody need be waiting

    async def _run(self) -> str:
        """Run the server until it ends; return why it ended."""
        url = URL.build(scheme="http", host="127.0.0.1", port=_free_port())
        try:
            process = await self._start(url)
        except OSError as error:
            return str(error)
        try:
            if await self._becomes_ready(process, url):
                self._ready.set_result(url)
            return f"status {await process.wait()}"
        finally:
            await _end(process)

    async def _start(self, url: URL) -> Process:
        log = self._state / "logs" / "lambda" / f"{self.configuration.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                self.package.code / self.configuration.handler,
                cwd=self.package.code,
                env=self._environment(url),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )

    def _environment(self, url: URL) -> dict[str, str]:
        """Return what the function sees: its own variables, then what Lambda sets, and nothing of this machine."""
        _, _, _, region, account, *_ = self.configuration.arn.split(":")
        temporary = self._state / "gateway" / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        programs = [_interpreters(self._state / "gateway" / "bin"), *(layer / "bin" for layer in self.package.layers)]
        return {
            "AWS_ENDPOINT_URL": str(self._aws_url),
            **self.configuration.variables,
            "PATH": os.pathsep.join([*map(str, programs), "/usr/local/bin", "/usr/bin", "/bin"]),
            "PYTHONPATH": os.pathsep.join(map(str, self.package.import_path)),
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PORT": str(url.port),
            "AWS_LWA_PORT": str(url.port),
            "LAMBDA_TASK_ROOT": str(self.package.code),
            "_HANDLER": self.configuration.handler,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            # The emulator reads the account out of the key, and gives its own functions the same one.
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SESSION_TOKEN": "test",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.configuration.runtime}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_NAME": self.configuration.name,
            "AWS_LAMBDA_FUNCTION_VERSION": self.configuration.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.configuration.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.configuration.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
        }

    async def _becomes_ready(self, process: Process, url: URL) -> bool:
        """Poll as the Web Adapter does until the server answers; False when the process ends before."""
        check = url.join(URL(self.configuration.variables.get("AWS_LWA_READINESS_CHECK_PATH", "/")))
        while process.returncode is None:
            try:
                async with self._session.get(check) as response:
                    if response.status < 500:
                        return True
            except ClientError:
                pass
            await asyncio.sleep(_READINESS_POLL_S)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _interpreters(folder: Path) -> Path:
    """Put `python` and `python3` in `folder`: this interpreter with its standard library and no site-packages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3"):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).resolve()}" -S "$@"\n')
        script.chmod(0o755)
    return folder


async def _end(process: Process) -> None:
    """Stop the process group: politely, then for good."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_LIMIT_S)
        os.killpg(process.pid, signal.SIGKILL)

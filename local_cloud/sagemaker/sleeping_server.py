"""A server that sleeps while nobody asks: what an endpoint that scales to zero is on one machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from local_cloud.sagemaker.model_server import STOP_GRACE_SECONDS, Server

IDLE_SECONDS = 60.0
"""How long a server outlives its last request: shorter than on AWS, since it wakes in seconds."""


class SleepingServer:
    """Starts with the first request and ends when none came for a while."""

    def __init__(self, start: Callable[[], Awaitable[Server]], idle_seconds: float = IDLE_SECONDS) -> None:
        self._start = start
        self._idle_seconds = idle_seconds
        self._server: Server | None = None
        self._users = 0
        self._changing = asyncio.Lock()
        self._nap: asyncio.Task[None] | None = None

    @property
    def instances(self) -> int:
        """1 while it is awake, 0 while it sleeps."""
        return int(self._server is not None)

    @asynccontextmanager
    async def awake(self) -> AsyncIterator[Server]:
        """The server, for as long as it is needed. Raises what stopped its start."""
        self._users += 1
        if self._nap is not None:
            self._nap.cancel()
        try:
            async with self._changing:
                if self._server is None:
                    self._server = await self._start()
                server = self._server
            yield server
        finally:
            self._users -= 1
            if self._users == 0:
                self._nap = asyncio.create_task(self._sleep_when_idle())

    async def stop(self, grace_seconds: float = STOP_GRACE_SECONDS) -> None:
        """End the server, if it is awake, and its naps."""
        if self._nap is not None:
            self._nap.cancel()
        await self._end(grace_seconds)

    async def _sleep_when_idle(self) -> None:
        await asyncio.sleep(self._idle_seconds)
        if self._users == 0:
            await asyncio.shield(asyncio.ensure_future(self._end(STOP_GRACE_SECONDS)))

    async def _end(self, grace_seconds: float) -> None:
        async with self._changing:
            server, self._server = self._server, None
            if server is not None:
                await server.stop(grace_seconds)

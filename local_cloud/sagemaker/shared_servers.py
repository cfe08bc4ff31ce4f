"""Model servers that several hosts share: one process for all that run the same code on the same weights.

On AWS a container says by a label that it serves several models; here an archive does by a file, `code/multi-models`.
Such a server runs from a folder of its own, and a request names the folder of its model as on a multi-model endpoint.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from local_cloud.sagemaker.model_server import STOP_GRACE_SECONDS, ModelServer, ServerSpec

MARK = Path("code", "multi-models")
TARGET_MODEL = "x-amzn-sagemaker-target-model"


@dataclass
class _Shared:
    """A server and how many use it."""

    key: str
    server: ModelServer
    starting: asyncio.Task[None] = field(init=False)
    users: int = 0


class Lease:
    """One host's part of a shared server, with the same words as a server of its own."""

    def __init__(self, server: ModelServer, directory: Path, release: Callable[[float], Awaitable[None]]) -> None:
        self.ready = server.ready
        self.adapters: dict[str, Path] = {}
        self.headers: Mapping[str, str] = {TARGET_MODEL: str(directory)}
        self._server = server
        self._release: Callable[[float], Awaitable[None]] | None = release

    @property
    def url(self) -> str:
        """Where the server listens now."""
        return self._server.url

    async def stop(self, grace_seconds: float = STOP_GRACE_SECONDS) -> None:
        """Give the lease back; the last one ends the server."""
        release, self._release = self._release, None
        if release is not None:
            await release(grace_seconds)

    async def load_adapter(self, name: str, directory: Path) -> None:
        """Register a LoRA adapter with the server, now and after every restart. Raises ServerFailed."""
        await self._server.load_adapter(name, directory)
        self.adapters[name] = directory

    async def unload_adapter(self, name: str) -> None:
        """Take an adapter away from the server."""
        self.adapters.pop(name, None)
        await self._server.unload_adapter(name)


class SharedServers:
    """The shared servers of one plane, by what they run. Call on the event loop only."""

    def __init__(self, root: Path, logs: Path) -> None:
        self._root = root
        self._logs = logs
        self._shared: dict[str, _Shared] = {}

    async def lease(self, spec: ServerSpec, http: aiohttp.ClientSession) -> Lease:
        """A healthy server for a model that may share one; the first to ask starts it. Raises what stopped it."""
        key = await asyncio.to_thread(_key, spec)
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = _Shared(key, ModelServer(self._own(spec, key), http))
            shared.starting = asyncio.create_task(self._start(shared, spec.directory))
        shared.users += 1
        try:
            await asyncio.shield(shared.starting)
        except BaseException:
            await self._release(shared, 0)
            raise
        return Lease(shared.server, spec.directory, lambda grace_seconds: self._release(shared, grace_seconds))

    def _own(self, spec: ServerSpec, key: str) -> ServerSpec:
        log = self._logs / f"model-server-{key}.log"
        return replace(spec, label="models that share one server", directory=self._root / key, log=log)

    async def _start(self, shared: _Shared, source: Path) -> None:
        await asyncio.to_thread(_copy_code, source, shared.server.spec.directory)
        await shared.server.start()

    async def _release(self, shared: _Shared, grace_seconds: float) -> None:
        shared.users -= 1
        if shared.users > 0:
            return
        if self._shared.get(shared.key) is shared:
            del self._shared[shared.key]  # whoever asks from now on starts another
        shared.starting.cancel()
        await asyncio.gather(shared.starting, return_exceptions=True)
        await shared.server.stop(grace_seconds)


def _key(spec: ServerSpec) -> str:
    """What a server is: its code, its interpreter and its environment, which names the weights. Blocks."""
    total = hashlib.sha256(repr((str(spec.python), sorted(spec.environment.items()))).encode())
    code = spec.directory / "code"
    for path in sorted(path for path in code.rglob("*") if path.is_file()):
        total.update(path.relative_to(code).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def _copy_code(source: Path, target: Path) -> None:
    """The code alone: the rest belongs to one model and goes when that goes."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source / "code", target / "code")

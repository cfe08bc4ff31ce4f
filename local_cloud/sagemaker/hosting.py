"""The servers behind endpoints: bringing them up from a plan, choosing one for a request, taking them down."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
from botocore.exceptions import ClientError

from local_cloud.sagemaker import archive
from local_cloud.sagemaker.aws import Clients, Scope, scope_of
from local_cloud.sagemaker.model_server import STOP_GRACE_SECONDS, ModelServer, Server, ServerSpec
from local_cloud.sagemaker.shapes import Record
from local_cloud.sagemaker.shared_servers import MARK, SharedServers
from local_cloud.sagemaker.sleeping_server import SleepingServer

CLOSE_SECONDS = 2.0
COMPONENTS = "components"  # the directory beside those of the plans


@dataclass
class LiveVariant:
    """A production variant; without a server when it only hosts inference components."""

    name: str
    weight: float
    server: Server | None
    sleeping: SleepingServer | None = None
    """In place of a server, where requests may wait for one to start."""


@dataclass(frozen=True)
class Target:
    """Where one request goes."""

    server: Server | None
    variant: str
    adapter: str | None = None


@dataclass
class LiveEndpoint:
    """An endpoint that serves."""

    name: str
    arn: str
    asynchronous: Record | None
    directory: Path
    variants: dict[str, LiveVariant]
    components: dict[str, Target] = field(default_factory=dict)

    def choose(self, variant: str | None) -> Target:
        """A variant by name, or one drawn by weight among those that are ready. Raises KeyError for a wrong name."""
        if variant is not None:
            return Target(self.variants[variant].server, variant)
        hosts = [one for one in self.variants.values() if one.server is not None and one.weight > 0]
        ready = [one for one in hosts if one.server is not None and one.server.ready.is_set()] or hosts
        if not ready:
            return Target(None, next(iter(self.variants)))
        drawn = ready[0] if len(ready) == 1 else random.choices(ready, [one.weight for one in ready])[0]  # noqa: S311
        return Target(drawn.server, drawn.name)

    def sleeping(self) -> SleepingServer:
        """The server of an asynchronous endpoint, drawn by weight among those of its variants."""
        variants = [one for one in self.variants.values() if one.sleeping is not None]
        weights = [one.weight for one in variants]
        drawn = random.choices(variants, weights)[0] if any(weights) else variants[0]  # noqa: S311
        assert drawn.sleeping is not None
        return drawn.sleeping


class Hosting:
    """All endpoints that serve, by name."""

    def __init__(self, state_dir: Path, python: Path, clients: Clients) -> None:
        self.live: dict[str, LiveEndpoint] = {}
        self._root = state_dir / "endpoints"
        self._logs = state_dir / "logs"
        self._python = python
        self._clients = clients
        self._shared = SharedServers(state_dir / "model-servers", self._logs)
        self.http: aiohttp.ClientSession

    async def open(self) -> None:
        """Make the HTTP client; connections are never kept, so none can be stale when a server was replaced."""
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self.http = aiohttp.ClientSession(connector=connector, auto_decompress=False)

    async def close(self) -> None:
        """End every server, soon: the emulator ends too."""
        await asyncio.gather(*(self.take_down(endpoint, CLOSE_SECONDS) for endpoint in list(self.live.values())))
        await self.http.close()

    async def bring_up(self, name: str, arn: str, plan: Record) -> LiveEndpoint:
        """Start the servers of a plan, all or none; those of an asynchronous endpoint wait for its first request.

        Raises what stopped it.
        """
        directory = self._root / name / plan["Id"]
        directory.mkdir(parents=True, exist_ok=True)

        def start(variant: Record) -> Awaitable[Server]:
            label = f"production variant {variant['VariantName']}"
            files, seconds = directory / variant["VariantName"], variant["StartupSeconds"]
            return self.start_server(name, label, variant["Model"], files, scope_of(arn), seconds)

        variants = {
            variant["VariantName"]: LiveVariant(variant["VariantName"], variant["Weight"], None)
            for variant in plan["Variants"]
        }
        planned = [variant for variant in plan["Variants"] if variant["Model"] is not None]
        if plan["AsyncInferenceConfig"] is not None:
            for variant in planned:
                variants[variant["VariantName"]].sleeping = SleepingServer(partial(start, variant))
        else:
            servers = await _all_or_none(start(variant) for variant in planned)
            for variant, server in zip(planned, servers, strict=True):
                variants[variant["VariantName"]].server = server
        return LiveEndpoint(name, arn, plan["AsyncInferenceConfig"], directory, variants)

    def instances(self, endpoint: str, variant: str, planned: int) -> int:
        """How many instances of a variant serve now."""
        live = self.live.get(endpoint)
        sleeping = live.variants[variant].sleeping if live is not None and variant in live.variants else None
        return planned if sleeping is None else sleeping.instances

    async def take_down(self, endpoint: LiveEndpoint, grace_seconds: float = STOP_GRACE_SECONDS) -> None:
        """End the servers of an endpoint; its files stay."""
        servers: set[Server | SleepingServer | None] = {variant.server for variant in endpoint.variants.values()}
        servers |= {variant.sleeping for variant in endpoint.variants.values()}
        servers |= {target.server for target in endpoint.components.values()}
        await asyncio.gather(*(server.stop(grace_seconds) for server in servers if server is not None))
        if self.live.get(endpoint.name) is endpoint:
            del self.live[endpoint.name]

    async def replace(self, endpoint: LiveEndpoint) -> None:
        """Let an endpoint serve in place of the one of that name, whose variants end."""
        old = self.live.get(endpoint.name)
        self.live[endpoint.name] = endpoint
        if old is not None:
            endpoint.components, old.components = old.components, {}
            await self.take_down(old)
        await asyncio.to_thread(self._remove_others, endpoint.directory)

    async def forget(self, name: str) -> None:
        """End an endpoint and remove its files."""
        endpoint = self.live.get(name)
        if endpoint is not None:
            await self.take_down(endpoint)
        await asyncio.to_thread(shutil.rmtree, self._root / name, ignore_errors=True)

    async def start_server(
        self, endpoint: str, label: str, model: Record, directory: Path, scope: Scope, startup_seconds: float
    ) -> Server:
        """A healthy server for a model, its files fetched when they are not there yet. Raises what stopped it."""
        if not directory.exists():
            await asyncio.to_thread(self.fetch, model["Uri"], model["Archive"], directory, scope)
        spec = ServerSpec(
            label=label,
            python=self._python,
            directory=directory,
            environment=self._clients.environment(scope) | model["Environment"],
            log=self._logs / f"endpoint-{endpoint}.log",
            startup_seconds=startup_seconds,
        )
        if (directory / MARK).exists():
            return await self._shared.lease(spec, self.http)
        server = ModelServer(spec, self.http)
        await server.start()
        return server

    def component_directory(self, endpoint: str, component: str, version: str) -> Path:
        """Where the files of an inference component lie."""
        return self._root / endpoint / COMPONENTS / component / version

    def _remove_others(self, kept: Path) -> None:
        """Remove the files of plans that serve no more, those of failed updates among them."""
        for directory in kept.parent.iterdir():
            if directory.name not in (kept.name, COMPONENTS):
                shutil.rmtree(directory, ignore_errors=True)

    def fetch(self, uri: str, is_archive: bool, directory: Path, scope: Scope) -> None:
        """Bring a model's files from S3; the directory appears whole or not at all. Blocks; raises what stopped it."""
        partial = directory.with_name(f"{directory.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        if is_archive:
            packed = partial.with_suffix(".tar.gz")
            try:
                self._clients.download(uri, packed, scope)
                archive.unpack(packed, partial)
            except ClientError as error:
                raise ValueError(f"could not find model data at {uri}: {error}") from error
            finally:
                packed.unlink(missing_ok=True)
        elif self._clients.download_prefix(uri, partial, scope) == 0:
            raise ValueError(f"there is no object under {uri}")
        partial.rename(directory)


async def _all_or_none(starts: Iterable[Awaitable[Server]]) -> list[Server]:
    tasks = [asyncio.ensure_future(start) for start in starts]
    try:
        return list(await asyncio.gather(*tasks))
    except BaseException:
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if not isinstance(outcome, BaseException):
                await outcome.stop()
        raise

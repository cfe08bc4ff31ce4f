"""The web servers of every streaming function of the deployment, in step with what Lambda has."""

import asyncio
import json
import logging
from pathlib import Path

from local_cloud.emulator.unpack import PackageCache
from local_cloud.gateway import packages
from local_cloud.gateway.aws import AwsClient
from local_cloud.gateway.web_function import FunctionConfiguration, WebFunction

_LOG = logging.getLogger(__name__)
_WHAT_AN_ENVIRONMENT_SEES = ("CodeSha256", "Layers", "Environment", "Handler", "MemorySize", "Timeout", "Version")


class StreamingFunctions:
    """Starts, replaces and retires web servers as their functions appear, change and go."""

    def __init__(self, aws: AwsClient, state: Path) -> None:
        self._aws = aws
        self._state = state
        self._packages = PackageCache(state / "gateway" / "packages")
        self._packages.clean()
        self._running: dict[str, tuple[str, WebFunction]] = {}
        self._retiring: set[asyncio.Task[None]] = set()

    def __getitem__(self, arn: str) -> WebFunction:
        return self._running[arn][1]

    @property
    def are_ready(self) -> bool:
        """Whether every function answers."""
        return all(function.is_ready for _, function in self._running.values())

    async def refresh(self, arns: set[str]) -> None:
        """Serve exactly the functions `arns` with their present code, layers and configuration."""
        for arn in arns:
            await self._refresh(arn)
        for arn in self._running.keys() - arns:
            self._retire(self._running.pop(arn)[1])

    async def stop(self) -> None:
        """End every web server."""
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await asyncio.gather(*(function.stop() for _, function in self._running.values()))

    async def _refresh(self, arn: str) -> None:
        description = await self._aws.get("lambda", f"/2015-03-31/functions/{arn}")
        seen = {name: description["Configuration"].get(name) for name in _WHAT_AN_ENVIRONMENT_SEES}
        fingerprint = json.dumps(seen, sort_keys=True)
        known, old = self._running.get(arn, (None, None))
        if fingerprint == known:
            return
        package = await packages.fetch(self._aws, self._packages, description)
        configuration = FunctionConfiguration.parse(description["Configuration"])
        _LOG.info("function %s starts with code %s", configuration.name, description["Configuration"]["CodeSha256"])
        new = WebFunction(configuration, package, self._aws.session, self._aws.endpoint, self._state)
        self._running[arn] = (fingerprint, new)
        if old:
            self._retire(old)

    def _retire(self, function: WebFunction) -> None:
        task = asyncio.create_task(function.retire())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

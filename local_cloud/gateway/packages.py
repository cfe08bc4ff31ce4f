"""A function's code and layers, fetched from Lambda and unpacked once for each content."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarl import URL

from local_cloud.emulator.unpack import PackageCache
from local_cloud.gateway.aws import AwsClient


@dataclass(frozen=True)
class Package:
    """What a function runs on: the folder of its code and those of its layers, in the order of the template."""

    code: Path
    layers: tuple[Path, ...]

    @property
    def import_path(self) -> list[Path]:
        """Where Python looks: the code first; of the layers the last wins, as AWS unpacks them over one another."""
        return [self.code, *(layer / "python" for layer in reversed(self.layers))]


async def fetch(aws: AwsClient, cache: PackageCache, function: dict[str, Any]) -> Package:
    """Unpack what `function`, an answer of GetFunction, runs on."""
    code = await _unpacked(aws, cache, function["Code"]["Location"])
    layers = [await _layer(aws, cache, layer["Arn"]) for layer in function["Configuration"].get("Layers", [])]
    return Package(code, tuple(layer for layer in layers if layer))


async def _layer(aws: AwsClient, cache: PackageCache, arn: str) -> Path | None:
    """Return a layer's folder; None where the emulator has no content (the Web Adapter; we do its work)."""
    layer = await aws.get("lambda", "/2018-10-31/layers", find="LayerVersion", Arn=arn)
    location = layer["Content"].get("Location")
    return await _unpacked(aws, cache, location) if location else None


async def _unpacked(aws: AwsClient, cache: PackageCache, location: str) -> Path:
    # The emulator names itself by a host name that may not resolve here.
    url = URL(location).with_host(str(aws.endpoint.host)).with_port(aws.endpoint.port)
    async with aws.session.get(url, raise_for_status=True) as response:
        archive = await response.read()
    return await asyncio.to_thread(cache.unpack, archive)

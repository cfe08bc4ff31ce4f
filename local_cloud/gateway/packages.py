"""A function's code and layers, fetched from Lambda and unpacked once for each content hash."""

import asyncio
import base64
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarl import URL

from local_cloud.gateway.aws import AwsClient, AwsError

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Package:
    """What a function runs on: the folder of its code and those of its layers, in the order of the template."""

    code: Path
    layers: tuple[Path, ...]


class PackageStore:
    """Keeps unpacked archives in folders named by content hash, which functions and their versions share."""

    def __init__(self, aws: AwsClient, folder: Path) -> None:
        self._aws = aws
        self._folder = folder
        self._unpacking = asyncio.Lock()

    async def package(self, function: dict[str, Any]) -> Package:
        """Fetch what is not here yet of `function` (GetFunction's answer)."""
        configuration = function["Configuration"]
        code = await self._unpacked(function["Code"]["Location"], configuration["CodeSha256"])
        layers = [await self._layer(layer["Arn"]) for layer in configuration.get("Layers", [])]
        return Package(code, tuple(layer for layer in layers if layer))

    def keep_only(self, packages: list[Package]) -> None:
        """Delete every folder that none of `packages` uses."""
        used = {folder for package in packages for folder in (package.code, *package.layers)}
        for folder in self._folder.glob("*"):
            if folder not in used:
                shutil.rmtree(folder)

    async def _layer(self, arn: str) -> Path | None:
        """Return a layer's folder; None for another account's layer (the Web Adapter's, whose work is done here)."""
        try:
            layer = await self._aws.get("lambda", "/2018-10-31/layers", find="LayerVersion", Arn=arn)
        except AwsError as error:
            if error.status in (403, 404):
                return None
            raise
        return await self._unpacked(layer["Content"]["Location"], layer["Content"]["CodeSha256"])

    async def _unpacked(self, location: str, sha256: str) -> Path:
        folder = self._folder / base64.b64decode(sha256).hex()
        async with self._unpacking:
            if not folder.exists():
                await self._fetch(location, folder)
        return folder

    async def _fetch(self, location: str, folder: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # The emulator names itself by a host name that may not resolve here.
        url = URL(location).with_host(str(self._aws.endpoint.host)).with_port(self._aws.endpoint.port)
        with tempfile.TemporaryFile() as archive:
            async with self._aws.session.get(url, raise_for_status=True) as response:
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    archive.write(chunk)
            await asyncio.to_thread(_unpack, zipfile.ZipFile(archive), folder)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    """Extract with the file modes of the archive; the folder appears whole or not at all."""
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix="partial-"))
    for member in archive.infolist():
        extracted = Path(archive.extract(member, partial))
        mode = member.external_attr >> 16 & 0o777
        if mode:
            extracted.chmod(mode | 0o600)
    partial.chmod(0o755)
    partial.rename(folder)

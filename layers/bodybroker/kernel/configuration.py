"""Configuration documents: JSON inside the built package, YAML in a checkout."""

import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\Z")
_PACKAGE = Path(__file__).resolve().parents[1] / "configs"
_CHECKOUT = Path(__file__).resolve().parents[3] / "configs"


def load(name: str) -> dict[str, Any]:
    """The document `name`, such as `prices` or `world/parts`.

    Raises ValueError on a bad name or a document that is no mapping, FileNotFoundError when there is none.
    """
    if _NAME.match(name) is None:
        raise ValueError(f"not a configuration's name: {name!r}")
    built = _PACKAGE / f"{name}.json"
    document = json.loads(built.read_bytes()) if built.is_file() else _read_yaml(_CHECKOUT / f"{name}.yaml")
    if not isinstance(document, dict):
        raise ValueError(f"configuration {name!r} is not a mapping")
    return document


def prepared(name: str, read: Callable[[], T]) -> T:
    """What `read` makes of the documents, as the build has checked it; in a checkout it is read and checked now."""
    path = _PACKAGE / f"{name}.pickle"
    if not path.is_file():
        return read()
    # Our own build wrote these bytes beside this very code; reading them costs a cold start almost nothing.
    made: T = pickle.loads(path.read_bytes())  # noqa: S301
    return made


def _read_yaml(path: Path) -> object:
    import yaml  # a developer's dependency: built packages carry JSON

    return yaml.safe_load(path.read_text(encoding="utf-8"))

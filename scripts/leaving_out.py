"""What layers leave out of the packages that were installed into them: 250 MB is all that a function may unpack to."""

import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
INSTALLED = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)\.dist-info")


@dataclass(frozen=True)
class Ballast:
    """What one layer carries for nothing. ``beside``: layers that its functions have too; what both lock is there."""

    packages: frozenset[str]
    paths: tuple[str, ...]
    beside: tuple[str, ...]


BALLAST = {
    "litellm": Ballast(
        # Loaded only for Bedrock and for counting tokens of open models; we speak to neither and count nothing.
        packages=frozenset({"boto3", "s3transfer", "hf-xet", "huggingface-hub", "tokenizers"}),
        # The proxy's web pages, and a native library that litellm does without.
        paths=(
            "litellm/proxy/_experimental/out",
            "litellm/proxy/_lazy_openapi_snapshot.json",
            "litellm/proxy/swagger",
            "litellm/rust_bridge/_native.abi3.so",
        ),
        beside=("base", "aws"),
    ),
    "generation": Ballast(
        packages=frozenset(),
        # numpy's own tests, and what only serves to build against it.
        paths=(
            *(f"numpy/{part}/tests" for part in ("_core", "f2py", "lib", "linalg", "ma", "random", "typing")),
            "numpy/_core/include",
            "numpy/_core/lib",
        ),
        beside=("base", "aws"),
    ),
}


def locked(lock: Path) -> dict[str, str]:
    """The version of every package that a lock file names."""
    return {normal(name): version for name, version in LOCKED.findall(lock.read_text("utf-8"))}


def normal(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def leave_out(python: Path, ballast: Ballast, beside: Mapping[str, str]) -> None:
    """Remove the ballast from ``python``, and every package that ``beside`` brings in the same version.

    Raises FileNotFoundError where a path of the ballast is not there: then the list is out of date.
    """
    for info in list(python.glob("*.dist-info")):
        name, version = _package(info)
        if name in ballast.packages or beside.get(name) == version:
            _uninstall(python, info)
    for path in ballast.paths:
        found = python / path
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink()


def versions(python: Path) -> dict[str, str]:
    """The packages installed in ``python``."""
    return dict(_package(info) for info in python.glob("*.dist-info"))


def _package(info: Path) -> tuple[str, str]:
    match = INSTALLED.fullmatch(info.name)
    assert match, info
    return normal(match["name"]), match["version"]


def _uninstall(python: Path, info: Path) -> None:
    files = [line.split(",")[0].strip('"') for line in (info / "RECORD").read_text("utf-8").splitlines()]
    for file in files:
        (python / file).unlink(missing_ok=True)
    _remove_empty(python, {(python / file).parent for file in files})


def _remove_empty(python: Path, folders: Collection[Path]) -> None:
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        while folder != python and folder.is_relative_to(python) and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

"""Folders as values: their digest, their atomic replacement, their deterministic archive."""

import fcntl
import gzip
import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

IGNORED = {"__pycache__", ".DS_Store"}


def files(root: Path) -> Iterator[Path]:
    """Every source file under ``root`` in a fixed order (``root`` itself when it is a file)."""
    if root.is_file():
        yield root
        return
    for path in sorted(root.rglob("*")):
        if path.is_file() and not IGNORED.intersection(path.parts):
            yield path


def digest(*roots: Path, salt: str = "") -> str:
    """SHA-256 over the names, modes and contents of all files under ``roots``."""
    total = hashlib.sha256(salt.encode())
    for root in roots:
        for path in files(root):
            name = path.relative_to(root).as_posix() if path != root else path.name
            mode = "x" if os.access(path, os.X_OK) else "-"
            content = path.read_bytes()
            total.update(f"{name}\0{mode}{len(content)}\0".encode() + content)
    return total.hexdigest()


def copy(source: Path, destination: Path) -> None:
    """Copy the source files under ``source`` into ``destination``."""
    for path in files(source):
        target = destination / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)


def rebuild(out: Path, inputs: str, make: Callable[[Path], None]) -> bool:
    """Make the folder ``out`` unless the digest ``inputs`` says that it is up to date.

    ``make`` fills an empty folder, which then takes the place of ``out``: nobody sees half of a build, and of two that
    want the same at once one waits for the other. Returns whether anything was made.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.with_name(f"{out.name}.stamp").open("a+") as stamp:
        fcntl.flock(stamp, fcntl.LOCK_EX)
        stamp.seek(0)
        if out.is_dir() and stamp.read() == inputs:
            return False
        stamp.truncate(0)
        fresh = out.with_name(f"{out.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        make(fresh)
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
        stamp.write(inputs)
        return True


def archive(root: Path, out: Path) -> None:
    """Write ``root`` as a .tar.gz whose bytes depend on nothing but names, modes and contents."""
    with (
        out.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in files(root):
            member = tarfile.TarInfo(path.relative_to(root).as_posix())
            member.size = path.stat().st_size
            member.mode = 0o755 if os.access(path, os.X_OK) else 0o644
            with path.open("rb") as content:
                tar.addfile(member, content)

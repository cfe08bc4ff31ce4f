"""model.tar.gz and its like."""

from __future__ import annotations

import tarfile
from pathlib import Path


def unpack(archive: Path, target: Path) -> None:
    """Unpack a .tar.gz of plain files and directories. Raises ValueError for anything else, or a path that leaves."""
    target.mkdir(parents=True, exist_ok=True)
    root = target.resolve()
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = tar.getmembers()
            for member in members:
                if not (member.isreg() or member.isdir()):
                    raise ValueError(f"{member.name} is neither a file nor a directory")
                if not (root / member.name).resolve().is_relative_to(root):
                    raise ValueError(f"{member.name} leaves its directory")
            tar.extractall(root, members)  # noqa: S202 - every member was checked above
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(f"{archive.name} is not a gzip-compressed tar archive: {error}") from error


def pack(source: Path, archive: Path) -> None:
    """Pack what a directory holds, names relative to it."""
    with tarfile.open(archive, "w:gz") as tar:
        for child in sorted(source.iterdir()):
            tar.add(child, arcname=child.name)

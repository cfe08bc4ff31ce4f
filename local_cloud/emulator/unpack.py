"""Unpack function and layer archives once per content, into a cache that every worker shares read-only."""

import hashlib
import os
import shutil
import stat
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

_UNUSED_AFTER_S = 7 * 24 * 3600


class PackageCache:
    """Directories named by the hash of the archive they were unpacked from."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def unpack(self, archive: bytes) -> Path:
        """The directory with the archive's files, unpacked on first use. Raises zipfile.BadZipFile."""
        target = self._root / hashlib.sha256(archive).hexdigest()[:32]
        if not target.exists():
            self._unpack_to(target, archive)
        os.utime(target)
        return target

    def clean(self) -> None:
        """Remove half-unpacked directories and those that nothing used for a week. Only when no worker runs."""
        for entry in self._root.iterdir():
            if entry.name.startswith("tmp") or time.time() - entry.stat().st_mtime > _UNUSED_AFTER_S:
                remove_tree(entry)

    def _unpack_to(self, target: Path, archive: bytes) -> None:
        scratch = Path(tempfile.mkdtemp(dir=self._root))
        with zipfile.ZipFile(BytesIO(archive)) as package:
            for member in package.infolist():
                _extract(package, member, scratch)
        for directory, _, _ in os.walk(scratch, topdown=False):
            Path(directory).chmod(0o555)
        try:
            scratch.rename(target)
        except OSError:  # another worker was faster
            remove_tree(scratch)
            if not target.exists():
                raise


def remove_tree(root: Path) -> None:
    """Remove a directory tree, read-only directories included."""
    for directory, _, _ in os.walk(root):
        Path(directory).chmod(0o755)
    shutil.rmtree(root, ignore_errors=True)


def _extract(package: zipfile.ZipFile, member: zipfile.ZipInfo, root: Path) -> None:
    """Extract one member with its mode and time: shipped byte code is only valid for the time it was made for."""
    path = Path(package.extract(member, root))
    if member.is_dir():
        return
    executable = (member.external_attr >> 16) & stat.S_IXUSR
    modified = time.mktime((*member.date_time, 0, 0, -1))
    os.utime(path, (modified, modified))
    path.chmod(0o555 if executable else 0o444)

"""Archives are unpacked once per content, with modes and times, and never outside their folder."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from local_cloud.emulator.unpack import PackageCache, remove_tree


def _archive(names: dict[str, int], content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in names.items():
            member = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            member.external_attr = mode << 16
            archive.writestr(member, content)
    return buffer.getvalue()


def test_equal_archives_share_one_folder(tmp_path: Path) -> None:
    cache = PackageCache(tmp_path / "packages")
    first = cache.unpack(_archive({"app.py": 0o644}))
    assert cache.unpack(_archive({"app.py": 0o644})) == first
    assert cache.unpack(_archive({"app.py": 0o644}, b"y")) != first
    assert (first / "app.py").read_bytes() == b"x"


def test_modes_and_times_are_kept_and_nothing_is_writable(tmp_path: Path) -> None:
    package = PackageCache(tmp_path / "packages").unpack(_archive({"bin/run.sh": 0o755, "app.py": 0o644}))
    assert (package / "bin/run.sh").stat().st_mode & 0o777 == 0o555
    assert (package / "app.py").stat().st_mode & 0o777 == 0o444
    assert package.stat().st_mode & 0o222 == 0
    assert zipfile.ZipInfo.from_file(package / "app.py").date_time == (2024, 5, 6, 7, 8, 10)


def test_a_member_cannot_leave_its_folder(tmp_path: Path) -> None:
    package = PackageCache(tmp_path / "packages").unpack(_archive({"../../outside.py": 0o644}))
    assert (package / "outside.py").exists()
    assert not list(tmp_path.glob("outside.py"))


def test_clean_removes_leftovers_and_what_nobody_used(tmp_path: Path) -> None:
    cache = PackageCache(tmp_path / "packages")
    fresh = cache.unpack(_archive({"a.py": 0o644}))
    stale = cache.unpack(_archive({"b.py": 0o644}))
    os.utime(stale, (0, 0))
    (tmp_path / "packages/tmp-half").mkdir()
    cache.clean()
    assert list((tmp_path / "packages").iterdir()) == [fresh]


def test_a_broken_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(zipfile.BadZipFile):
        PackageCache(tmp_path / "packages").unpack(b"not a zip")


def test_read_only_trees_are_removed(tmp_path: Path) -> None:
    package = PackageCache(tmp_path / "packages").unpack(_archive({"deep/er/a.py": 0o644}))
    remove_tree(package)
    assert not package.exists()

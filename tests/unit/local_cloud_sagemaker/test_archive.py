"""Archives from the outside are unpacked only when nothing in them leaves their directory."""

import io
import tarfile

import pytest

from local_cloud.sagemaker.archive import pack, unpack


def write(path, *members):
    with tarfile.open(path, "w:gz") as tar:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, "/etc/passwd", 1 if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(b"x"))
    return path


def test_what_is_packed_unpacks_the_same(tmp_path):
    source = tmp_path / "source"
    (source / "code").mkdir(parents=True)
    (source / "code" / "serve.py").write_text("pass")
    pack(source, tmp_path / "model.tar.gz")
    unpack(tmp_path / "model.tar.gz", tmp_path / "target")
    assert (tmp_path / "target" / "code" / "serve.py").read_text() == "pass"


@pytest.mark.parametrize(
    "member",
    [
        ("../outside", tarfile.REGTYPE),
        ("/absolute", tarfile.REGTYPE),
        ("a/../../outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("link", tarfile.LNKTYPE),
        ("device", tarfile.CHRTYPE),
    ],
)
def test_a_member_that_could_leave_is_refused_before_anything_is_written(tmp_path, member):
    archive = write(tmp_path / "model.tar.gz", ("good", tarfile.REGTYPE), member)
    with pytest.raises(ValueError, match=member[0]):
        unpack(archive, tmp_path / "target")
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize("damage", [lambda data: b"not an archive", lambda data: data[: len(data) // 2]])
def test_a_damaged_archive_is_refused(tmp_path, damage):
    archive = write(tmp_path / "model.tar.gz", ("good", tarfile.REGTYPE))
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(ValueError, match="not a gzip-compressed tar archive"):
        unpack(archive, tmp_path / "target")

"""Records: exact round trips, large values as files, nothing but plain data in either direction."""

import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from local_cloud.emulator.codec import BlobStore, Codec


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec(BlobStore(tmp_path / "blobs"))


@pytest.mark.parametrize(
    "value",
    [
        {"parts": {1: b"\x00\xff", 2: None}, "key": ("bucket", "k/ey")},
        [1, 2.5, True, {"set": {"a", "b"}}],
        defaultdict(dict, {"pk": {"sk": {"S": "v"}}}),
    ],
)
def test_plain_data_returns_exactly(codec: Codec, value: Any) -> None:
    found = codec.decode(codec.encode(value))
    assert found == value
    assert type(found) is type(value)


def test_large_values_are_files_written_once(codec: Codec, tmp_path: Path) -> None:
    large = b"x" * 100_000
    first = codec.encode({"a": large, "b": bytes(bytearray(large))})
    codec.next_round()
    second = codec.encode({"other": large})
    assert len(first) + len(second) < 1000
    assert len(list((tmp_path / "blobs").iterdir())) == 1
    reader = Codec(BlobStore(tmp_path / "blobs"))
    assert reader.decode(second) == {"other": large}
    assert len(reader.used) == 1


def test_unused_files_are_removed(codec: Codec, tmp_path: Path) -> None:
    kept, lost = codec.encode([b"k" * 100_000]), codec.encode([b"l" * 100_000])
    reader = Codec(BlobStore(tmp_path / "blobs"))
    reader.decode(kept)
    BlobStore(tmp_path / "blobs").keep_only(reader.used)
    assert reader.decode(kept) == [b"k" * 100_000]
    with pytest.raises(FileNotFoundError):
        reader.decode(lost)


class Stranger:
    """Not plain data."""


def test_strange_classes_are_refused_when_written(codec: Codec) -> None:
    with pytest.raises(pickle.PicklingError, match="Stranger is not plain data"):
        codec.encode({"a": Stranger()})


def test_strange_classes_are_refused_when_read(codec: Codec) -> None:
    """A record that would run code on load: the classic pickle attack."""
    with pytest.raises(pickle.UnpicklingError, match="system is not plain data"):
        codec.decode(b"cos\nsystem\n(S'true'\ntR.")


def test_named_classes_are_allowed(tmp_path: Path) -> None:
    codec = Codec(BlobStore(tmp_path / "blobs"), kinds=(Stranger,))
    assert isinstance(codec.decode(codec.encode(Stranger())), Stranger)

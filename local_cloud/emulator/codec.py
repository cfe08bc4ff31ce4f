"""Records of emulator state as bytes: exact (tuples, integer keys, bytes), with large values kept as files.

Pickle, because JSON would turn tuples into lists and integer keys into text; restricted in both directions to plain
containers, so a record can neither run code nor name a class that the next start does not know.
"""

import hashlib
import io
import os
import pickle
from collections import OrderedDict, defaultdict, deque
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

_INLINE_BYTES = 64 * 1024
_PLAIN_TYPES = (
    Decimal,
    OrderedDict,
    bytearray,
    date,
    datetime,
    defaultdict,
    deque,
    dict,
    frozenset,
    list,
    set,
    timedelta,
    timezone,
)


class BlobStore:
    """Large byte strings as files named by their hash; durable when `put` returns."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store the bytes; their name."""
        name = hashlib.sha256(data).hexdigest()
        path = self._root / name
        if path.exists():
            return name
        scratch = path.with_suffix(f".{os.getpid()}.tmp")
        with scratch.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.rename(path)
        folder = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name. Raises FileNotFoundError."""
        return (self._root / name).read_bytes()

    def keep_only(self, names: set[str]) -> None:
        """Remove every other blob."""
        for path in self._root.iterdir():
            if path.name not in names:
                path.unlink()


class Codec:
    """Encodes and decodes records; one per writer, for it remembers which large values it has stored already.

    `kinds` are the classes allowed in records besides Python's plain ones.
    """

    def __init__(self, blobs: BlobStore, kinds: tuple[type, ...] = ()) -> None:
        self._blobs = blobs
        self.kinds = {(kind.__module__, kind.__qualname__): kind for kind in (*_PLAIN_TYPES, *kinds)}
        self._stored: dict[int, tuple[bytes, str]] = {}
        self._stored_before: dict[int, tuple[bytes, str]] = {}
        self.used: set[str] = set()

    def encode(self, value: Any) -> bytes:
        """The record. Raises pickle.PicklingError for values that are not plain data."""
        buffer = io.BytesIO()
        _Pickler(buffer, self).dump(value)
        return buffer.getvalue()

    def decode(self, record: bytes) -> Any:
        """The value of a record. Raises pickle.UnpicklingError, FileNotFoundError."""
        return _Unpickler(io.BytesIO(record), self).load()

    def next_round(self) -> None:
        """Forget the large values that were not seen since the round before: remembering keeps them alive."""
        self._stored_before, self._stored = self._stored, {}

    def store(self, data: bytes) -> str:
        """The name of a large value, written on first sight."""
        known = self._stored_before.get(id(data)) or self._stored.get(id(data)) or (data, self._blobs.put(data))
        self._stored[id(data)] = known
        return known[1]

    def fetch(self, name: str) -> bytes:
        """A large value by name."""
        self.used.add(name)
        return self._blobs.get(name)


class _Pickler(pickle.Pickler):
    def __init__(self, buffer: io.BytesIO, codec: Codec) -> None:
        super().__init__(buffer, protocol=5)
        self._codec = codec

    def persistent_id(self, obj: Any) -> str | None:
        return self._codec.store(obj) if type(obj) is bytes and len(obj) > _INLINE_BYTES else None

    def reducer_override(self, obj: Any) -> Any:
        kind = obj if isinstance(obj, type) else type(obj)
        if (kind.__module__, kind.__qualname__) not in self._codec.kinds:
            raise pickle.PicklingError(f"{kind.__module__}.{kind.__qualname__} is not plain data")
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, codec: Codec) -> None:
        super().__init__(buffer)
        self._codec = codec

    def persistent_load(self, pid: Any) -> bytes:
        return self._codec.fetch(pid)

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) not in self._codec.kinds:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not plain data")
        return self._codec.kinds[module_name, global_name]

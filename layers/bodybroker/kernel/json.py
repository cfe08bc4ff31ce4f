"""Canonical JSON: one byte sequence per value, so that a hash of it means the same everywhere."""

from hashlib import sha256

import msgspec

_encode = msgspec.json.Encoder(order="sorted").encode


def canonical(obj: object) -> bytes:
    """`obj` (plain data or msgspec Structs) as UTF-8 JSON with sorted keys; raises TypeError on a float."""
    plain = msgspec.to_builtins(obj)
    _refuse_floats(plain, "$")
    return _encode(plain)


def digest(obj: object) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return sha256(canonical(obj)).hexdigest()


def _refuse_floats(value: object, path: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{path} is a float; canonical JSON holds integers only")
    if isinstance(value, dict):
        for key, member in value.items():
            _refuse_floats(member, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, member in enumerate(value):
            _refuse_floats(member, f"{path}[{index}]")

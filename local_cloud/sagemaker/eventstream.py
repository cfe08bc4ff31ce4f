"""AWS's event-stream framing (application/vnd.amazon.eventstream), the encoding side.

A message is prelude (total length, headers' length, CRC-32 of these), headers, payload, CRC-32 of all before; numbers
are big-endian. A header is its name's length and name, type 7 (string), its value's length and value.
"""

from __future__ import annotations

import json
import struct
import zlib

CONTENT_TYPE = "application/vnd.amazon.eventstream"
MAX_PAYLOAD = 1 << 20  # bytes; clients refuse messages beyond 24 MiB, small ones arrive sooner

_OVERHEAD = 16  # bytes: prelude and the message's checksum
_STRING = 7


def message(headers: dict[str, str], payload: bytes) -> bytes:
    """One message with string headers."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    lengths = struct.pack(">II", _OVERHEAD + len(encoded) + len(payload), len(encoded))
    body = lengths + struct.pack(">I", zlib.crc32(lengths)) + encoded + payload
    return body + struct.pack(">I", zlib.crc32(body))


def payload_part(data: bytes) -> bytes:
    """The event that carries a piece of the model's answer."""
    return message(_PAYLOAD_PART, data)


def exception(kind: str, body: dict[str, str]) -> bytes:
    """The message that ends a stream with a modelled error."""
    headers = {":message-type": "exception", ":exception-type": kind, ":content-type": "application/json"}
    return message(headers, json.dumps(body).encode())


def _header(name: str, value: str) -> bytes:
    return struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", _STRING, len(value)) + value.encode()


_PAYLOAD_PART = {":message-type": "event", ":event-type": "PayloadPart", ":content-type": "application/octet-stream"}

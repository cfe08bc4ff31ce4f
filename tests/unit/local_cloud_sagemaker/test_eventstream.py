"""The framing, read by botocore's own parser."""

import json

import pytest
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from local_cloud.sagemaker import eventstream


def parsed(data):
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return list(buffer)


@given(st.lists(st.binary(max_size=2000)))
def test_payload_parts_read_back(pieces):
    messages = parsed(b"".join(map(eventstream.payload_part, pieces)))
    assert [message.payload for message in messages] == pieces
    for message in messages:
        assert message.headers == {
            ":message-type": "event",
            ":event-type": "PayloadPart",
            ":content-type": "application/octet-stream",
        }


def test_an_exception_names_its_kind_and_carries_its_members():
    (message,) = parsed(eventstream.exception("ModelStreamError", {"Message": "über", "ErrorCode": "StreamBroken"}))
    assert message.headers[":message-type"] == "exception"
    assert message.headers[":exception-type"] == "ModelStreamError"
    assert json.loads(message.payload) == {"Message": "über", "ErrorCode": "StreamBroken"}


def test_every_byte_is_under_a_checksum():
    frame = eventstream.payload_part(b"token")
    for place in (9, 20, len(frame) - 6):  # prelude's checksum, a header, the payload
        damaged = bytearray(frame)
        damaged[place] ^= 1
        with pytest.raises(ChecksumMismatch):
            parsed(bytes(damaged))

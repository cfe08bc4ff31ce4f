"""How a stream ends when the model, its time or the local cloud itself fails."""

import asyncio
import json

import aiohttp
import pytest
from botocore.eventstream import EventStreamBuffer

from local_cloud.sagemaker import eventstream, runtime


class Answer:
    """A model's answer: two pieces, then what it is told to do."""

    def __init__(self, then):
        self.content = self
        self._then = then

    async def iter_any(self):
        yield b"one"
        yield b"two" * eventstream.MAX_PAYLOAD
        await self._then()


async def broken():
    raise aiohttp.ClientPayloadError


async def forever():
    await asyncio.Event().wait()


async def defect():
    raise KeyError("a defect")


async def well():
    return


def frames(then):
    async def collect():
        deadline = asyncio.get_running_loop().time() + (0.2 if then is forever else 60)
        return [frame async for frame in runtime._frames(Answer(then), deadline)]

    buffer = EventStreamBuffer()
    buffer.add_data(b"".join(asyncio.run(collect())))
    return list(buffer)


def test_pieces_keep_their_order_and_big_ones_are_cut():
    messages = frames(well)
    assert [len(message.payload) for message in messages] == [3] + [eventstream.MAX_PAYLOAD] * 3
    assert b"".join(message.payload for message in messages) == b"one" + b"two" * eventstream.MAX_PAYLOAD


@pytest.mark.parametrize(
    ("then", "kind", "code"),
    [
        (broken, "ModelStreamError", "StreamBroken"),
        (forever, "ModelStreamError", "ModelInvocationTimeExceeded"),
        (defect, "InternalStreamFailure", None),
    ],
)
def test_a_failure_is_the_last_message(then, kind, code):
    *pieces, last = frames(then)
    assert len(pieces) == 4
    assert last.headers[":exception-type"] == kind
    assert json.loads(last.payload).get("ErrorCode") == code

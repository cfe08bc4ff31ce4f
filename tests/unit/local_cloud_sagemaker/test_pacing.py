"""The stand-in at a steady pace: what it streams is what the product reads of any endpoint."""

import asyncio

from bodybroker.models.inference import ChatRequest, read_line

from local_cloud.sagemaker import pacing

SCHEMA = {
    "type": "object",
    "properties": {
        "mood": {"enum": ["wary", "calm"]},
        "act": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"do": {"const": "offer"}, "dollars": {"minimum": 3, "type": "integer"}},
                }
            ]
        },
    },
}


def told(request: ChatRequest) -> str:
    async def collect() -> list[bytes]:
        return [frame async for frame in pacing.frames(request.body(stream=True))]

    lines = [line for frame in asyncio.run(collect()) for line in frame[frame.index(b"data:") : -4].split(b"\n")]
    chunks = [chunk for line in lines if (chunk := read_line(line))]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == len(chunks) - 1
    return "".join(chunk.text for chunk in chunks)


def test_a_line_is_streamed_word_by_word():
    assert told(ChatRequest([{"role": "user", "content": "Good evening."}], 40, 0.7)) == pacing.LINE


def test_an_answer_under_a_schema_is_the_least_that_it_allows():
    asked = ChatRequest([{"role": "user", "content": "?"}], 40, 0.0, schema=SCHEMA)
    assert told(asked) == '{"mood": "wary", "act": {"do": "offer", "dollars": 3}}'

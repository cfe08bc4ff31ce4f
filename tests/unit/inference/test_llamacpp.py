"""What the llama.cpp engine makes of the runtime's chunks; the runtime itself is played by the test."""

import asyncio
import threading
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from sagemaker_endpoints.serving.contract import ChatRequest, Finish, Message, Piece, Usage
from sagemaker_endpoints.serving.engines.llamacpp import SLOTS, LlamaCpp
from sagemaker_endpoints.serving.engines.runtime import Runtime
from sagemaker_endpoints.serving.errors import AdapterUnknown, ContextExceeded, GenerationFailed, InvalidRequest

REQUEST = ChatRequest((Message("user", "hello"),), max_tokens=10, stream=True)


def text(content, reason=None):
    return {"choices": [{"delta": {"content": content}, "finish_reason": reason}]}


PROGRESS = {**text(None), "prompt_progress": {"total": 90, "cache": 0, "processed": 0, "time_ms": 0}}
USAGE = {
    "choices": [],
    "usage": {"prompt_tokens": 90, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 80}},
}


class PlayedServer:
    """Plays chunks to the callback until it is told to stop, as xllamacpp does."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.payload = None
        self.stopped = threading.Event()

    def handle_chat_completions(self, payload, callback):
        self.payload = payload
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            if callback(chunk):
                self.stopped.set()
                return


def engine(runtime, context_tokens=100):
    engine = LlamaCpp("small", lambda: Path("small.gguf"), context_tokens)
    engine._runtimes[None] = Runtime(runtime, SLOTS)
    return engine


def collect(chunks, request=REQUEST, context_tokens=100):
    async def go():
        served = engine(PlayedServer(chunks), context_tokens)
        try:
            return [event async for event in served.generate(request)]
        finally:
            await served.close()

    return asyncio.run(go())


def test_chunks_become_pieces_and_a_finish():
    chunks = [PROGRESS, text("Go"), text("od"), text(None, "length"), USAGE]
    assert collect(chunks) == [Piece("Go"), Piece("od"), Finish("length", Usage(90, 2, 80))]


def test_a_prompt_and_answer_that_cannot_fit_are_refused():
    assert collect([PROGRESS, USAGE], context_tokens=100)
    with pytest.raises(ContextExceeded):
        collect([PROGRESS, USAGE], context_tokens=99)
    with pytest.raises(ContextExceeded):
        collect([{"error": {"code": 400, "type": "exceed_context_size_error", "message": "too long"}}])


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"error": {"code": 400, "type": "invalid_request_error", "message": "no"}}, InvalidRequest),
        ({"error": {"code": 500, "type": "server_error", "message": "no"}}, GenerationFailed),
        (ValueError("unrecognized type"), InvalidRequest),
        (RuntimeError("out of memory"), GenerationFailed),
    ],
)
def test_the_runtimes_errors_are_translated(chunk, error):
    with pytest.raises(error):
        collect([chunk])


def test_an_answer_cut_short_is_an_error():
    with pytest.raises(GenerationFailed):
        collect([PROGRESS, text("Go")])


def endless():
    while True:
        yield text("la ")


def test_closing_the_generator_stops_the_runtime():
    async def go():
        runtime = PlayedServer(endless())
        served = engine(runtime)
        async with aclosing(served.generate(REQUEST)) as events:
            assert await anext(events) == Piece("la ")
        assert await asyncio.to_thread(runtime.stopped.wait, 10)
        await served.close()

    asyncio.run(go())


def test_closing_the_engine_stops_every_generation():
    async def go():
        runtime = PlayedServer(endless())
        served = engine(runtime)
        streams = [served.generate(REQUEST) for _ in range(SLOTS)]
        for stream in streams:
            await anext(stream)
        await asyncio.wait_for(served.close(), 10)
        for stream in streams:
            await stream.aclose()

    asyncio.run(go())


def test_the_request_is_passed_on():
    async def go():
        runtime = PlayedServer([USAGE])
        served = engine(runtime)
        request = ChatRequest((Message("user", "hi"),), 3, 0.5, 2**32 + 6, ("\n",), True, {"type": "object"})
        assert [event async for event in served.generate(request)]
        await served.close()
        return runtime.payload

    payload = asyncio.run(go())
    assert payload["messages"] == [{"role": "user", "content": "hi"}]
    assert (payload["max_tokens"], payload["temperature"], payload["stop"]) == (3, 0.5, ["\n"])
    assert 0 <= payload["seed"] < 2**32 - 1
    assert payload["response_format"] == {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}}


def test_an_adapter_answers_with_a_server_of_its_own_and_an_unknown_one_not_at_all():
    async def go():
        base, adapted = PlayedServer([text("base"), USAGE]), PlayedServer([text("adapted"), USAGE])
        served = engine(base)
        served._runtimes["ghoul"] = Runtime(adapted, 2)
        spoken = [(await anext(served.generate(REQUEST, name))).text for name in ("ghoul", None, "ghoul")]
        with pytest.raises(AdapterUnknown):
            await anext(served.generate(REQUEST, "lich"))
        await served.close()
        return spoken

    assert asyncio.run(go()) == ["adapted", "base", "adapted"]


def test_a_whole_answer_is_begun_anew_after_it_gave_way():
    class Interrupted(PlayedServer):
        """Somebody far ahead comes while the first attempt speaks."""

        def __init__(self, chunks):
            super().__init__(chunks)
            self.attempts = 0
            self.lanes = None

        def handle_chat_completions(self, payload, callback):
            self.attempts += 1
            if self.attempts == 1:
                for turn in self.lanes._turns:
                    turn.must_leave = True
            super().handle_chat_completions(payload, callback)

    async def go():
        runtime = Interrupted([PROGRESS, text("Go"), text("od"), text(None, "stop"), USAGE])
        served = engine(runtime)
        runtime.lanes = served._lanes
        try:
            events = [event async for event in served.generate(replace(REQUEST, stream=False))]
        finally:
            await served.close()
        return runtime.attempts, events

    assert asyncio.run(go()) == (2, [Piece("Go"), Piece("od"), Finish("stop", Usage(90, 2, 80))])

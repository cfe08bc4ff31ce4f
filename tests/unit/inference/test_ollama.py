"""The Ollama engine against a server that speaks Ollama's wire format."""

import asyncio
import json

import pytest

from sagemaker_endpoints.serving.contract import ChatRequest, Finish, Message, Piece, Usage
from sagemaker_endpoints.serving.engines import EngineUnavailable
from sagemaker_endpoints.serving.engines.openai_http import Ollama
from sagemaker_endpoints.serving.errors import ContextExceeded, GenerationFailed, InvalidRequest

REQUEST = ChatRequest((Message("user", "hi"),), 3, 0.5, 7, ("\n",), True, {"type": "object"})


def stream(*chunks):
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


def delta(text, reason=None):
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


ANSWER = stream(
    delta("Good"), delta("", "length"), {"choices": [], "usage": {"prompt_tokens": 4, "completion_tokens": 1}}
)


def collect(url):
    async def go():
        engine = Ollama("night", url)
        try:
            return [event async for event in engine.generate(REQUEST)]
        finally:
            await engine.close()

    return asyncio.run(go())


def test_an_answer_is_passed_through(http_server):
    url, requests = http_server(lambda *_: (200, ANSWER))
    assert collect(url) == [Piece("Good"), Finish("length", Usage(4, 1, 0))]
    method, path, asked, _ = requests[0]
    assert (method, path) == ("POST", "/v1/chat/completions")
    assert (asked["model"], asked["max_tokens"], asked["temperature"], asked["seed"]) == ("night", 3, 0.5, 7)
    assert asked["stop"] == ["\n"]
    assert asked["stream_options"] == {"include_usage": True}
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b"the input exceeds the context length", ContextExceeded),
        (400, b"bad schema", InvalidRequest),
        (500, b"crashed", GenerationFailed),
        (200, stream(delta("Go"), {"error": "crashed"}), GenerationFailed),
        (200, stream(delta("Go")), GenerationFailed),
        (200, b"data: {\n\n", GenerationFailed),
    ],
)
def test_faults_are_translated(http_server, status, body, error):
    url, _ = http_server(lambda *_: (status, body))
    with pytest.raises(error):
        collect(url)


def test_a_dead_ollama_fails_the_generation():
    with pytest.raises(GenerationFailed):
        collect("http://127.0.0.1:9")


def test_loading_says_what_is_missing(http_server):
    with pytest.raises(EngineUnavailable, match="OLLAMA_HOST"):
        Ollama("night", "http://127.0.0.1:9").load()
    url, requests = http_server(lambda method, path, asked: (200, b"{}") if asked["model"] == "night" else (404, b"{}"))
    Ollama("night", url).load()
    assert requests[0][:3] == ("POST", "/api/generate", {"model": "night"})
    with pytest.raises(EngineUnavailable, match="ollama pull day"):
        Ollama("day", url).load()

"""The model port on SageMaker: what arrives, what a failure is called, and that nobody generates for nobody."""

import asyncio
import socket
from threading import Event

import pytest
from bodybroker.adapters.sagemaker import LONGEST_LINE, SageMakerModel, runtime_client
from bodybroker.models.inference import ChatRequest, Chunk, ModelFailed
from bodybroker.models.usage import Usage

REQUEST = ChatRequest(messages=[{"role": "user", "content": "hi"}], max_tokens=9, seed=7, stop=("\n",))


async def hear(model: SageMakerModel) -> list[Chunk]:
    return [chunk async for chunk in model.stream(REQUEST)]


def test_a_stream_gives_its_tokens_and_then_its_usage(endpoint, model):
    chunks = asyncio.run(hear(model))
    assert [chunk.text for chunk in chunks] == ["Fresh", " meat", " tonight.", ""]
    assert chunks[-1].usage == Usage(prompt_tokens=90, cached_tokens=80, completion_tokens=3)
    assert endpoint.requests == [
        {
            "messages": [{"role": "user", "content": "hi"}],
            "max_tokens": 9,
            "temperature": 0.0,
            "stream": True,
            "stream_options": {"include_usage": True},
            "seed": 7,
            "stop": ["\n"],
        }
    ]


def test_tokens_arrive_while_the_model_still_speaks(endpoint, model):
    heard_one = Event()
    endpoint.speech = ["Fresh", heard_one, " meat."]

    async def listen() -> None:
        stream = model.stream(REQUEST)
        assert (await anext(stream)).text == "Fresh"
        heard_one.set()  # the fake says the rest only now
        assert [chunk.text async for chunk in stream] == [" meat.", ""]

    asyncio.run(listen())


def test_lines_may_be_cut_anywhere_and_be_bare_json(endpoint, model):
    line = '{"choices": [{"delta": {"content": "Fleisch für Gäste"}}]}\n'.encode()
    endpoint.speech = [line[index : index + 1] for index in range(len(line))]
    assert asyncio.run(hear(model))[0].text == "Fleisch für Gäste"


def test_a_whole_answer_carries_its_model_and_usage(endpoint, model):
    endpoint.acts = '{"act": "none"}'
    answer = model.complete(REQUEST)
    assert (answer.text, answer.model, answer.usage.completion_tokens) == ('{"act": "none"}', "tiny", 3)


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (["Fresh", "MODEL_ERROR"], "broken"),
        (["Fresh", "RESET"], "broken"),
        (["Fresh", b"data: {not json\n"], "garbage"),
        (["Fresh", b"\xff\xfe\n"], "garbage"),
        (["Fresh", b"x" * (LONGEST_LINE + 1)], "garbage"),
        (["Fresh", b'data: {"error": {"message": "out of memory"}}\n'], "broken"),
    ],
)
def test_a_stream_that_fails_says_how_after_what_was_good(endpoint, model, failures, steps, reason):
    endpoint.speech = [failures.get(step, step) if isinstance(step, str) else step for step in steps]

    async def listen() -> None:
        stream = model.stream(REQUEST)
        assert (await anext(stream)).text == "Fresh"
        with pytest.raises(ModelFailed) as failed:
            await anext(stream)
        assert failed.value.reason == reason

    asyncio.run(listen())


@pytest.mark.parametrize(
    ("status", "original", "reason"),
    [
        (400, None, "refused"),
        (424, None, "refused"),
        (424, 400, "refused"),
        (424, 500, "unavailable"),
        (424, 0, "unavailable"),  # the container has died
        (429, None, "unavailable"),
        (503, None, "unavailable"),
    ],
)
def test_a_refusal_is_told_apart_from_an_outage(endpoint, model, status, original, reason):
    endpoint.status = status
    if original is not None:
        endpoint.refusal = {"Message": "no", "OriginalStatusCode": original}
    with pytest.raises(ModelFailed) as streamed:
        asyncio.run(hear(model))
    with pytest.raises(ModelFailed) as asked:
        model.complete(REQUEST)
    assert (streamed.value.reason, asked.value.reason) == (reason, reason)
    assert len(endpoint.requests) == 2, "one try each"


def test_an_endpoint_that_is_gone_is_unavailable(aws, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", url)
    with pytest.raises(ModelFailed) as failed:
        asyncio.run(hear(SageMakerModel(runtime_client(5), "gold")))
    assert failed.value.reason == "unavailable"


def test_an_endpoint_that_hangs_misses_the_deadline(endpoint, aws, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", endpoint.url)
    done = Event()
    endpoint.speech = ["Fresh", done]
    try:
        with pytest.raises(ModelFailed) as failed:
            asyncio.run(hear(SageMakerModel(runtime_client(0.2), "gold")))
        assert failed.value.reason == "deadline"
    finally:
        done.set()


def test_hanging_up_stops_the_model_even_while_it_is_silent(endpoint, model):
    hung_up = Event()
    endpoint.speech = ["Fresh", hung_up, *[" meat"] * 10_000]

    async def listen() -> None:
        stream = model.stream(REQUEST)
        await anext(stream)
        await stream.aclose()

    asyncio.run(listen())
    hung_up.set()
    assert endpoint.left.wait(10), "the endpoint spoke to the end although nobody listened"


def test_a_connection_read_to_its_end_is_used_again(endpoint, model):
    asyncio.run(hear(model))
    pool = model._client._endpoint.http_session._manager.connection_from_url(endpoint.url)
    asyncio.run(hear(model))
    assert (pool.num_connections, pool.num_requests) == (1, 2)

"""Language models behind SageMaker endpoints. Streams are read in a thread, since botocore blocks, and handed over."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Any

import urllib3.exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError, ReadTimeoutError, ResponseStreamingError

from bodybroker.adapters import aws
from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed, read_completion, read_line
from bodybroker.models.lora import component_of

CONNECT_TIMEOUT_S = 0.4
"""Short, so that a player hears the procedural layer within half a second of an endpoint's death."""
CONCURRENT_CALLS = 64
LONGEST_LINE = 64 * 1024
"""Bytes of one line of a stream; more is no chat completion."""

_ERRORS = (BotoCoreError, ClientError, urllib3.exceptions.HTTPError, OSError)


def runtime_client(read_timeout_s: float) -> Any:
    """A client of the SageMaker runtime: one try, since a late answer is worth less than a procedural one."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=CONCURRENT_CALLS,
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return aws.session().create_client("sagemaker-runtime", config=config)


class SageMakerModel:
    """`ports.Model` on one endpoint. `component` is its base model's, where it serves inference components."""

    def __init__(self, client: Any, endpoint: str, component: str | None = None) -> None:
        self.name = endpoint
        self._client = client
        self._component = component
        self._threads = ThreadPoolExecutor(CONCURRENT_CALLS, thread_name_prefix="model")

    def complete(self, request: ChatRequest) -> Completion:
        try:
            answer = self._client.invoke_endpoint(**self._call(request, stream=False))
            return read_completion(answer["Body"].read())
        except _ERRORS as error:
            raise _failure(error) from error

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        pipe = _Pipe(asyncio.get_running_loop())
        self._threads.submit(self._read, request, pipe)
        try:
            while (item := await pipe.items.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            pipe.hang_up()

    def _read(self, request: ChatRequest, pipe: "_Pipe") -> None:
        """Runs in a thread: puts every chunk into `pipe`, and at last None or the failure."""
        try:
            answer = self._client.invoke_endpoint_with_response_stream(**self._call(request, stream=True))
            for line in _lines(pipe.parts(answer["Body"])):
                if (chunk := read_line(line)) is not None:
                    pipe.put(chunk)
            pipe.put(None)
        except ModelFailed as failure:
            pipe.put(failure)
        except _ERRORS as error:
            pipe.put(_failure(error))

    def _call(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        call = {"EndpointName": self.name, "ContentType": "application/json", "Body": request.body(stream=stream)}
        component = component_of(self.name, request.adapter) if request.adapter else self._component
        return call if component is None else call | {"InferenceComponentName": component}


class _Pipe:
    """One streamed answer, between the thread that reads it and the event loop that listens."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.items: asyncio.Queue[Chunk | Exception | None] = asyncio.Queue()
        self._loop = loop
        self._lock = Lock()
        self._raw: Any = None
        self._deaf = False

    def put(self, item: Chunk | Exception | None) -> None:
        """Hand an item over; called by the thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody listens
            self._loop.call_soon_threadsafe(self.items.put_nowait, item)

    def parts(self, body: Any) -> Iterator[bytes]:
        """The payloads of an event stream; its connection goes back to the pool only if it was read to its end."""
        with self._lock:
            self._raw = body._raw_stream
            deaf = self._deaf
        try:
            if not deaf:
                for event in body:
                    yield event["PayloadPart"]["Bytes"]
        finally:
            with self._lock:
                self._raw = None
            body.close()

    def hang_up(self) -> None:
        """Stop the reading, wherever it is: the endpoint sees its listener gone and stops generating."""
        with self._lock:
            self._deaf = True
            if self._raw is not None:
                with suppress(OSError, RuntimeError, ValueError):  # it has just come to its end
                    self._raw.shutdown()


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Lines, however the parts cut them."""
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise ModelFailed("garbage", "a line without end")
    yield rest


def _failure(error: Exception) -> ModelFailed:
    """What an SDK's or a connection's error means for the turn."""
    if isinstance(error, ReadTimeoutError | urllib3.exceptions.ReadTimeoutError):
        return ModelFailed("deadline", str(error))
    if isinstance(error, EventStreamError | ResponseStreamingError | urllib3.exceptions.HTTPError | OSError):
        return ModelFailed("broken", str(error))
    if isinstance(error, ClientError):
        response = error.response
        status = response.get("OriginalStatusCode", response["ResponseMetadata"]["HTTPStatusCode"])
        return ModelFailed("refused" if 400 <= status < 500 and status != 429 else "unavailable", str(error))
    return ModelFailed("unavailable", str(error))

"""Language models behind SageMaker endpoints. Streams are read in a thread, since botocore blocks, and handed over."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError, HTTPClientError

from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed, read_completion, read_line

CONNECT_TIMEOUT_S = 0.4
"""Short, so that a player hears the procedural layer within half a second of an endpoint's death."""
CONCURRENT_STREAMS = 64


def runtime_client(read_timeout_s: float) -> Any:
    """A client of the SageMaker runtime: one try, since a late answer is worth less than a procedural one."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=CONCURRENT_STREAMS,
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return botocore.session.get_session().create_client("sagemaker-runtime", config=config)


class SageMakerModel:
    """`ports.Model` on one endpoint."""

    def __init__(self, client: Any, endpoint: str, threads: Executor | None = None) -> None:
        self._client = client
        self._threads = threads or ThreadPoolExecutor(CONCURRENT_STREAMS, thread_name_prefix="model")
        self.name = endpoint

    def complete(self, request: ChatRequest) -> Completion:
        try:
            answer = self._client.invoke_endpoint(**self._call(request, stream=False))
            return read_completion(answer["Body"].read())
        except (BotoCoreError, ClientError) as error:
            raise _failure(error) from error

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        pipe = _Pipe(asyncio.get_running_loop())
        reading = self._threads.submit(self._read, request, pipe)
        try:
            while (item := await pipe.queue.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            reading.cancel()
            pipe.close()

    def _read(self, request: ChatRequest, pipe: "_Pipe") -> None:
        """Runs in a thread: everything that the endpoint sends goes into `pipe`, at last None or the failure."""
        try:
            answer = self._client.invoke_endpoint_with_response_stream(**self._call(request, stream=True))
            with pipe.reading(answer["Body"]):
                for line in _lines(answer["Body"]):
                    if (chunk := read_line(line)) is not None:
                        pipe.send(chunk)
            pipe.send(None)
        except (ModelFailed, BotoCoreError, ClientError, OSError) as error:
            pipe.send(_failure(error))

    def _call(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        return {"EndpointName": self.name, "ContentType": "application/json", "Body": request.body(stream=stream)}

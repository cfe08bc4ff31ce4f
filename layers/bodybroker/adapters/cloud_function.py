"""Cloud models, asked through the function cloud_models: whoever waits for a player never loads what speaks to them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from functools import cached_property
from typing import Any

import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from bodybroker.adapters import aws
from bodybroker.models.cloud import CloudCall, CloudReply
from bodybroker.models.inference import ChatRequest, Chunk, Completion, ModelFailed

CONNECT_TIMEOUT_S = 0.4
CONCURRENT_CALLS = 64
ROUND_TRIP_MS = 250
"""What Lambda itself may take of the deadline: the function has to be done so much earlier."""

_decode = msgspec.json.Decoder(CloudReply).decode


def lambda_client(read_timeout_s: float) -> Any:
    """A client of Lambda: one try, since the function tries again by itself and a second call would be paid twice."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=read_timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=CONCURRENT_CALLS,
        parameter_validation=False,
        tcp_keepalive=True,
    )
    return aws.session().create_client("lambda", config=config)


class CloudFunctionModel:
    """`ports.Model` on one role of the registry. The client is made when the first call comes."""

    def __init__(
        self, function: str, role: str, deadline_s: float, client: Callable[[float], Any] = lambda_client
    ) -> None:
        self.name = f"cloud-{role}"
        self._function, self._role, self._deadline_s = function, role, deadline_s
        self._make_client = client

    @cached_property
    def _client(self) -> Any:
        return self._make_client(self._deadline_s)

    def complete(self, request: ChatRequest) -> Completion:
        deadline_ms = int(self._deadline_s * 1000) - ROUND_TRIP_MS
        call = CloudCall.of(self._role, request, deadline_ms)
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=msgspec.json.encode(call))
            payload = answer["Payload"].read()
        except (BotoCoreError, ClientError, OSError) as error:
            raise _failure(error) from error
        if "FunctionError" in answer:
            raise ModelFailed("broken", "the function cloud_models raised")
        return _read(payload)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """The whole answer at once, as providers' streams do not cross Invoke; closing early does not save its cost."""
        completion = await asyncio.to_thread(self.complete, request)
        yield Chunk(completion.text)
        yield Chunk(usage=completion.usage, model=completion.model, cost_nanodollars=completion.cost_nanodollars)


def _read(payload: bytes) -> Completion:
    try:
        reply = _decode(payload)
    except msgspec.MsgspecError as error:
        raise ModelFailed("garbage", str(error)) from error
    if reply.failure is not None:
        raise ModelFailed(reply.failure.reason, reply.failure.detail)
    if reply.completion is None:
        raise ModelFailed("garbage", "a reply with neither answer nor failure")
    return reply.completion


def _failure(error: Exception) -> ModelFailed:
    """What Lambda's or the connection's error means."""
    if isinstance(error, ReadTimeoutError):
        return ModelFailed("deadline", str(error))
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return ModelFailed("refused" if 400 <= status < 500 and status != 429 else "unavailable", str(error))
    return ModelFailed("unavailable", str(error))

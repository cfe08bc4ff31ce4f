"""The embedding model behind its SageMaker endpoint."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from bodybroker.adapters import aws
from bodybroker.adapters.sagemaker import runtime_client
from bodybroker.kernel.errors import Unavailable
from bodybroker.ports.embeddings import Vector

MODEL, DIMENSIONS = "wordllama-l2-supercat-256", 256
"""What the endpoint serves; an answer of any other model is refused."""
READ_TIMEOUT_S = 1.0
BATCH = 128
CHARACTERS = 2000
"""Of a text that are embedded: what follows would only blur what it is about."""

_encode = msgspec.json.Encoder().encode


class _Answer(Struct):
    model: str
    vectors: list[Vector]


_decode = msgspec.json.Decoder(_Answer).decode


def embedding_client() -> Any:
    """A client of the endpoint's runtime: one try, since whoever embeds can do without or is tried again."""
    return runtime_client(READ_TIMEOUT_S)


class EndpointEmbeddings:
    """`ports.Embeddings` on one endpoint."""

    model = MODEL
    dimensions = DIMENSIONS

    def __init__(self, client: Any, endpoint: str) -> None:
        self._client = client
        self._endpoint = endpoint

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        vectors: list[Vector] = []
        for batch in _batches(texts):
            vectors += self._ask([text[:CHARACTERS] for text in batch])
        return vectors

    def _ask(self, texts: list[str]) -> list[Vector]:
        try:
            with aws.outages("The embedding model"):
                answer = self._client.invoke_endpoint(
                    EndpointName=self._endpoint, ContentType="application/json", Body=_encode({"texts": texts})
                )
                read = _decode(answer["Body"].read())
        except (ClientError, BotoCoreError, msgspec.MsgspecError) as error:
            raise Unavailable("The embedding model does not answer; try again.") from error
        if read.model != MODEL or [len(vector) for vector in read.vectors] != [DIMENSIONS] * len(texts):
            raise Unavailable(f"The embedding endpoint answers as {read.model}, not as {MODEL}.")
        return read.vectors


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    left = iter(texts)
    while batch := list(islice(left, BATCH)):
        yield batch

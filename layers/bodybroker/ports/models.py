"""Language models."""

from collections.abc import AsyncGenerator
from typing import Protocol

from bodybroker.models.inference import ChatRequest, Chunk, Completion


class Model(Protocol):
    """A language model, known by the `name` of its endpoint."""

    name: str

    def complete(self, request: ChatRequest) -> Completion:
        """A whole answer; raises ModelFailed."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """An answer while it is made; raises ModelFailed. Closing the generator stops the model."""

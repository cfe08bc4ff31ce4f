"""What can run a model: one module per runtime, all behind `Engine`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from ..contract import ChatRequest, Finish, Piece


class Engine(Protocol):
    """A loaded model. Raises only `InferenceError`s while it generates."""

    model: str

    def load(self) -> None:
        """Make the model ready; blocks. Raises `EngineUnavailable` when it cannot be."""

    def generate(self, request: ChatRequest, adapter: str | None = None) -> AsyncGenerator[Piece | Finish, None]:
        """Pieces as they are produced, then one `Finish`. Closing the generator stops the model."""

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Make an adapter answer by its name, in place of one that had it; raises `AdapterRefused`."""

    async def unload_adapter(self, name: str) -> None:
        """Free an adapter once its running answers have ended; raises `AdapterUnknown`."""

    def adapters(self) -> dict[str, Path]:
        """The adapters that are loaded, each with its folder."""

    async def close(self) -> None:
        """Stop every generation and free the model."""


class EngineUnavailable(Exception):
    """The model cannot be served at all; the message says what the operator can do."""

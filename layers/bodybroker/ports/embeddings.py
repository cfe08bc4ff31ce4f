"""Texts as vectors: what is meant alike lies near."""

from collections.abc import Sequence
from typing import Protocol

Vector = tuple[float, ...]
"""Of length 1, so that the product of two is their cosine."""


class Embeddings(Protocol):
    """A model that embeds. `model` names it with its number of dimensions: vectors of two models are never compared."""

    model: str
    dimensions: int

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in their order; raises Unavailable. A text without any known word is all zeros."""

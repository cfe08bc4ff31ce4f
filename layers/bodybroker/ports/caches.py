"""Answers that are given again."""

from collections.abc import Sequence
from typing import Protocol

from bodybroker.models.caching import ContentKey
from bodybroker.models.inference import Completion


class FalseHit(Exception):
    """What lies under a key was made for another request."""


class ContentCache(Protocol):
    """Answers by the exact key of their request; it may forget any of them."""

    def find(self, keys: Sequence[ContentKey]) -> tuple[ContentKey, Completion] | None:
        """The answer under the first of `keys` that has one; raises FalseHit, Unavailable."""

    def put(self, key: ContentKey, answer: Completion) -> None:
        """Keep an answer; raises Unavailable."""

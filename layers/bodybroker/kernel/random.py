"""Random streams: integers only, counter-based on BLAKE2b, the same on every machine and Python version.

A stream is named, not shared: `Stream(seed, "district", "morgue")` never depends on what another stream drew.
Block i of a stream is BLAKE2b-512 keyed with the stream's key over i as eight big-endian bytes: eight 64-bit draws.
"""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")

SEED_LIMIT = 2**53
"""Seeds of worlds lie in [0, SEED_LIMIT): every JSON reader keeps such an integer exact."""

_WORDS = Struct(">8Q")
"""A block as draws."""


class Stream:
    """A reproducible sequence of integers, told apart by its seed and its names."""

    __slots__ = ("_block", "_key", "_words")

    def __init__(self, seed: int | str, *names: str) -> None:
        key = blake2b(f"{type(seed).__name__}:{seed}".encode(), digest_size=32).digest()
        for name in names:
            key = _derive(key, name)
        self._start(key)

    def _start(self, key: bytes) -> None:
        self._key = key
        self._block = 0
        self._words: list[int] = []

    def substream(self, name: str) -> "Stream":
        """The stream `name` below this one; drawing from either leaves the other untouched."""
        child = object.__new__(Stream)
        child._start(_derive(self._key, name))
        return child

    def u64(self) -> int:
        """The next draw, in [0, 2**64)."""
        if not self._words:
            block = blake2b(self._block.to_bytes(8, "big"), key=self._key, digest_size=64).digest()
            self._block += 1
            self._words = [*reversed(_WORDS.unpack(block))]
        return self._words.pop()

    def below(self, n: int) -> int:
        """Uniform in [0, n), without modulo bias; `n` in 1..2**64."""
        if not 1 <= n <= 2**64:
            raise ValueError(f"n must lie in 1..2**64, got {n}")
        word = self._words.pop() if self._words else self.u64()
        if word >= 2**64 - n:  # it may lie in the incomplete last run of n words
            bound = 2**64 - 2**64 % n
            while word >= bound:
                word = self.u64()
        return word % n

    def between(self, low: int, high: int) -> int:
        """Uniform in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, per_mille: int) -> bool:
        """True `per_mille` times in a thousand: never at 0 or below, always at 1000 or above."""
        return self.below(1000) < per_mille

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`, each as likely; ValueError when there is none."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """`k` different members of `items` in random order; ValueError when there are fewer."""
        if k > len(items):
            raise ValueError(f"cannot take {k} of {len(items)}")
        pool = list(items)
        for i in range(k):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]

    def weighted(self, items: Sequence[tuple[T, int]]) -> T:
        """One item, as likely as its integer weight; ValueError when no weight is positive."""
        draw = self.below(sum(weight for _, weight in items))
        for item, weight in items:
            if draw < weight:
                return item
            draw -= weight
        raise AssertionError("weights changed while drawing")


def _derive(key: bytes, name: str) -> bytes:
    return blake2b(name.encode(), key=key, digest_size=32).digest()

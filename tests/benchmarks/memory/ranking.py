"""BM25 and vectors over a list of texts: the two searches that everybody has."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy
from bodybroker.minds.memory.words import words

K1, B = 1.2, 0.75
"""Lucene's defaults, which are OpenSearch's."""


@dataclass
class Index:
    """Texts, counted and embedded."""

    texts: Sequence[str]
    vectors: numpy.ndarray
    _counts: list[Counter[str]] = field(init=False)
    _rarity: dict[str, float] = field(init=False)
    _mean: float = field(init=False)

    def __post_init__(self) -> None:
        self._counts = [Counter(words(text)) for text in self.texts]
        having = Counter(word for counts in self._counts for word in counts)
        total = len(self.texts)
        self._rarity = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in having.items()}
        self._mean = sum(counts.total() for counts in self._counts) / total if total else 1.0

    def bm25(self, question: str) -> list[float]:
        """The BM25 score of every text, as Lucene gives it."""
        asked = [word for word in dict.fromkeys(words(question)) if word in self._rarity]
        return [sum(self._weight(word, counts) for word in asked) for counts in self._counts]

    def _weight(self, word: str, counts: Counter[str]) -> float:
        often = counts[word]
        return self._rarity[word] * often / (often + K1 * (1 - B + B * counts.total() / self._mean))

    def cosines(self, vector: numpy.ndarray) -> list[float]:
        """The cosine of every text with a question's vector."""
        return [float(value) for value in self.vectors @ vector] if self.texts else []


def best(scores: Sequence[float], count: int) -> list[int]:
    """The places of the highest scores, the highest first; of equals the later one, which is the newer."""
    return sorted(range(len(scores)), key=lambda place: (-scores[place], -place))[:count]

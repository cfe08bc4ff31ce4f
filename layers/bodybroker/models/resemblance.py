"""Prompts that mean the same, told by their words: a lexical stand-in for an embedding, in a few microseconds.

A text becomes a vector of its words and of neighbouring words; two texts are as alike as the cosine of their vectors.
Words say little about meaning where one word changes it, so three things must agree exactly: names, numbers and words
that turn a sentence around. What is left of false hits is measured by `make barks`.
"""

import math
import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import Generic, TypeVar

import msgspec

from bodybroker.models.calls import Call

T = TypeVar("T")

_WORD = re.compile(r"[\w']+")
_TURNS = frozenset(
    {
        *("no", "not", "never", "nothing", "nobody", "none", "without", "neither", "nor"),
        *("before", "after", "more", "less", "most", "least", "only", "all", "first", "last"),
        *("buy", "buys", "sell", "sells", "friend", "enemy", "alive", "dead", "day", "night"),
    }
)
_EMPTY = frozenset({"a", "an", "the", "is", "are", "was", "of", "to", "at", "in", "on", "and", "it", "that", "this"})
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class Likeness:
    """A text as it is compared."""

    text: str

    @cached_property
    def vector(self) -> Mapping[str, float]:
        """Words and pairs of words, each by how often it occurs, at length one."""
        words = [word for word in _words(self.text) if word not in _EMPTY]
        counts = Counter(words) + Counter(f"{one} {other}" for one, other in pairwise(words))
        length = math.sqrt(sum(count * count for count in counts.values())) or 1.0
        return {feature: count / length for feature, count in counts.items()}

    @cached_property
    def facts(self) -> frozenset[str]:
        """What must agree exactly: names, numbers, words that turn a sentence around."""
        found = _WORD.findall(self.text)
        named = {word for word in found[1:] if word[:1].isupper()}
        return frozenset(named | {word.lower() for word in found if word.lower() in _TURNS or word.isdigit()})

    def percent(self, other: "Likeness") -> int:
        """How alike two texts are: 0 where facts differ, 100 where all words are the same."""
        if self.facts != other.facts:
            return 0
        small, large = sorted((self.vector, other.vector), key=len)
        return math.floor(100 * sum(weight * large.get(feature, 0.0) for feature, weight in small.items()) + 1e-9)


@dataclass
class Resembling(Generic[T]):
    """What was said to prompts that are alike, the latest `entries` of them; kept in one process.

    Two prompts can be alike only where all but their last messages and their seeds are the same.
    """

    similarity_percent: int
    entries: int
    _kept: OrderedDict[tuple[str, str], T] = field(default_factory=OrderedDict)
    _groups: dict[str, dict[str, Likeness]] = field(default_factory=dict)

    def find(self, call: Call) -> T | None:
        """The answer to the most similar prompt that is similar enough."""
        group, asked = _group(call), Likeness(call.request.messages[-1]["content"])
        best, found = 0, None
        for text, known in self._groups.get(group, {}).items():
            if (percent := asked.percent(known)) > best:
                best, found = percent, text
        if found is None or best < self.similarity_percent:
            return None
        self._kept.move_to_end((group, found))
        return self._kept[group, found]

    def put(self, call: Call, answer: T) -> None:
        """Remember an answer; the one that was not wanted for longest makes room."""
        group, text = _group(call), call.request.messages[-1]["content"]
        self._groups.setdefault(group, {})[text] = Likeness(text)
        self._kept[group, text] = answer
        self._kept.move_to_end((group, text))
        while len(self._kept) > self.entries:
            (old_group, old_text), _ = self._kept.popitem(last=False)
            del self._groups[old_group][old_text]
            if not self._groups[old_group]:
                del self._groups[old_group]


def _group(call: Call) -> str:
    request = call.request
    same = [call.job, call.generator, call.subjects, request.messages[:-1], request.max_tokens, request.temperature]
    return sha256(_encode([*same, request.stop, request.schema])).hexdigest()


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]

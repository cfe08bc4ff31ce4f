"""From what a system gives to numbers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bodybroker.minds.memory.records import Record

from tests.benchmarks.memory.questions import KINDS, Question
from tests.benchmarks.memory.reader import Reader
from tests.benchmarks.memory.systems import FIRST, Given


@dataclass
class Score:
    """Counts of one system, by kind of question."""

    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    hits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tokens: int = 0

    def add(self, question: Question, given: Given, reader: Reader) -> bool:
        """Score a question; says whether the answer was right."""
        answer = reader.answer(question.text, [record.text for record in given.records]) if given.answers else None
        right = answer == question.answer
        self.asked[question.kind] += 1
        self.right[question.kind] += right
        self.hits[question.kind] += question.answer is not None and hit(question, given.records[:FIRST])
        self.tokens += given.tokens
        return right

    def accuracy(self, *kinds: str) -> float:
        """The share of right answers, of these kinds or of all."""
        return self._share(self.right, kinds or KINDS)

    def hit_at_5(self, *kinds: str) -> float:
        """The share of questions that have an answer whose evidence was among the first five."""
        return self._share(self.hits, kinds or tuple(kind for kind in KINDS if kind != "never"))

    def tokens_per_question(self) -> float:
        """What the reader read."""
        return self.tokens / max(1, sum(self.asked.values()))

    def _share(self, counts: dict[str, int], kinds: Sequence[str]) -> float:
        return sum(counts[kind] for kind in kinds) / max(1, sum(self.asked[kind] for kind in kinds))


def hit(question: Question, first: Sequence[Record]) -> bool:
    """Whether the first sentences rest on the events asked for, and the last of these says the answer."""
    assert question.answer is not None
    *before, last = question.evidence
    return all(any(events & set(record.sources) for record in first) for events in before) and any(
        last & set(record.sources) and says(record.text, question.answer) for record in first
    )


def says(text: str, answer: str) -> bool:
    """Whether a sentence holds an answer, as a word of its own, in the singular or more than one."""
    return re.search(rf"(?<![\w$]){re.escape(answer)}s?(?![\w,]\w|\w)", text) is not None

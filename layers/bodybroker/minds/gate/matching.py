"""Phrases of the rules, found in one pass over the words: each word is looked up once, whatever the number of rules."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bodybroker.minds.gate.reading import Spoken

_SENTENCE_END = re.compile(r"[.!?;\u2026]")
_TELLING = 3
"""Fewer letters say nothing of the word that they begin."""


class Step(NamedTuple):
    """One of these words, after at most `gap` others."""

    words: frozenset[str]
    gap: int


class Phrase(NamedTuple):
    """Steps that follow one another; `rule` is what they break.

    It does not count where a word of `unless` stands within `reach` words before it or between its steps, nor where one
    of `unless_after` follows. `held_from`: the first step that may not be shown before it is clear that no phrase comes
    of it.
    """

    rule: int
    steps: tuple[Step, ...]
    held_from: int
    unless: frozenset[str] = frozenset()
    unless_after: frozenset[str] = frozenset()

    def words(self) -> Iterator[str]:
        """Every word that it looks for."""
        for words in (*(step.words for step in self.steps), self.unless, self.unless_after):
            yield from words


class Matches(NamedTuple):
    """What was found: the first of the broken rules, or None; `held`, the place in the text from where on it could
    still become a phrase."""

    rule: int | None
    held: int | None


class _Begun(NamedTuple):
    first: int
    last: int
    held: int | None


class Matcher:
    """Finds phrases in texts."""

    def __init__(self, phrases: Iterable[Phrase], reach: int) -> None:
        self._phrases: Sequence[Phrase] = tuple(phrases)
        self._reach = reach
        self._steps: dict[str, list[tuple[int, int]]] = {}
        self._beginnings: dict[str, set[tuple[int, int]]] = {}
        for number, phrase in enumerate(self._phrases):
            for index in reversed(range(len(phrase.steps))):  # a word never takes two steps of a phrase at once
                for word in phrase.steps[index].words:
                    self._steps.setdefault(word, []).append((number, index))
                    for end in range(_TELLING, len(word) + 1 if index >= phrase.held_from else 0):
                        self._beginnings.setdefault(word[:end], set()).add((number, index))

    def find(self, words: Sequence[Spoken], text: str, *, ended: bool, unfinished: Spoken | None = None) -> Matches:
        """The broken rule in the `words` of a text, after which a word is still `unfinished`.

        `ended`: nothing follows that could finish what has begun.
        """
        begun: dict[tuple[int, int], _Begun] = {}
        undecided: list[int] = []
        broken: int | None = None
        for position, spoken in enumerate(words):
            for number, index in self._steps.get(spoken.word, ()):
                now = self._advance(begun, number, index, position)
                if now is None:
                    continue
                begun[number, index] = now
                phrase = self._phrases[number]
                if index + 1 == len(phrase.steps) and not self._lifted(phrase, words, text, now):
                    if phrase.unless_after and position + 1 == len(words) and not ended:
                        undecided.append(position if now.held is None else now.held)
                    elif broken is None or phrase.rule < broken:
                        broken = phrase.rule
        if ended or broken is not None:
            return Matches(broken, None)
        alive = [
            now.held
            for (number, index), now in begun.items()
            if now.held is not None and self._may_go_on(self._phrases[number], index, now, len(words))
        ]
        held = min((*alive, *undecided), default=None)
        if held is None and unfinished is not None and self._may_become(unfinished.word, begun, len(words)):
            return Matches(None, unfinished.start)
        return Matches(None, None if held is None else words[held].start)

    def _may_become(self, beginning: str, begun: dict[tuple[int, int], _Begun], position: int) -> bool:
        """Whether the word that begins so may take a step that is not shown."""
        return any(
            self._advance(begun, number, index, position) is not None
            for number, index in self._beginnings.get(beginning, ())
        )

    def _advance(self, begun: dict[tuple[int, int], _Begun], number: int, index: int, position: int) -> _Begun | None:
        held = position if index >= self._phrases[number].held_from else None
        if index == 0:
            return _Begun(position, position, held)
        before = begun.get((number, index - 1))
        if before is None or position - before.last - 1 > self._phrases[number].steps[index].gap:
            return None
        return _Begun(before.first, position, before.held if before.held is not None else held)

    def _lifted(self, phrase: Phrase, words: Sequence[Spoken], text: str, now: _Begun) -> bool:
        after = words[now.last + 1].word if now.last + 1 < len(words) else ""
        if after in phrase.unless_after:
            return True
        if phrase.unless:
            for position in range(now.last - 1, max(-1, now.first - self._reach - 1), -1):
                if position < now.first and _SENTENCE_END.search(text, words[position].end, words[position + 1].start):
                    return False
                if words[position].word in phrase.unless:
                    return True
        return False

    @staticmethod
    def _may_go_on(phrase: Phrase, index: int, now: _Begun, position: int) -> bool:
        return index + 1 < len(phrase.steps) and position - now.last - 1 <= phrase.steps[index + 1].gap

"""Words that have only begun: what may not be shown before it is clear which word it becomes."""

from collections.abc import Iterable

from bodybroker.minds.gate.matching import Phrase
from bodybroker.minds.gate.reading import Spoken

_LEAST = 4
"""A word that begins with a risky one of so many letters may have another joined to it."""
_TELLING = 3
"""Fewer letters say nothing of the word that they begin."""


class Risks:
    """The words from which on phrases are held."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        risky = {word for phrase in phrases for word in phrase.steps[phrase.held_from].words}
        self._beginnings = frozenset(word[:end] for word in risky for end in range(1, len(word) + 1))
        self._whole = frozenset(word for word in risky if len(word) >= _LEAST)

    def set_aside(self, words: list[Spoken], text: str) -> int:
        """How many characters of a text that goes on are clear of its unfinished words, which are taken off `words`.

        Single letters at the end may be a word that is spaced out.
        """
        clear = len(text)
        if words and words[-1].end >= len(text.rstrip("'\u2019`.-@$!|")):
            last = words.pop()
            clear = last.start if self._is_risky(last.word) else clear
        for spoken in reversed(words):
            if len(spoken.word) > 1 or spoken.word in "ai":
                break
            clear = spoken.start
        return clear

    def _is_risky(self, word: str) -> bool:
        if not word.isalpha() or (len(word) == 1 and word not in "ai"):
            return True
        if len(word) >= _TELLING and word in self._beginnings:
            return True
        return any(word[:end] in self._whole for end in range(_LEAST, len(word)))

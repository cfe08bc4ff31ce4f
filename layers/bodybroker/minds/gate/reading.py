"""Texts as the rules read them: words with their places, seen through leet, stretched, spaced and joined letters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from typing import NamedTuple

from bodybroker.minds.gate.folding import Folding

_WORD = re.compile(r"[^\W_]+(?:['\u2019`][^\W_]+)*")
_APOSTROPHE = re.compile(r"['\u2019`]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_REPEATED = re.compile(r"(.)\1+")
_SPACED = 4
"""So many single letters in a row are a word that was spaced out."""
_PIECE = 3
"""The shortest word that joined words are taken apart into."""
_READINGS = 16
"""The most readings of one disguised word."""
_LONGEST = 400
_LONGEST_WORD = 16
_SENTENCE = 16
"""What is longer than this without a space is a sentence, not a word."""


class Spoken(NamedTuple):
    """A word and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass
class Reader:
    """Reads texts for rules that know the words `known`. `leet` gives what a digit or sign may stand for."""

    folding: Folding
    leet: Mapping[str, str]
    known: frozenset[str]
    _signs: re.Pattern[str] = field(init=False)
    _single: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        signs = re.escape("".join(sign for sign in self.leet if not sign.isalnum()))
        ends = re.escape("".join(sign for sign in self.leet if not sign.isalnum() and sign not in "!|"))
        within, first = rf"(?<=[a-z0-9])[{signs}]+(?=[a-z0-9])", rf"(?<!\w)[{signs}](?=\d*[a-z])"
        self._signs = re.compile(rf"{within}|{first}|(?<=[a-z0-9])[{ends}]+")
        shortest_last = sorted(self.known, key=lambda word: (-len(word), word))
        self._single = {_REPEATED.sub(r"\1", word): word for word in shortest_last}
        self._disguised = lru_cache(maxsize=4096)(self._see_through)

    def read(self, text: str) -> list[Spoken]:
        """The words of the text, disguised ones as what they stand for."""
        folded = self.folding.fold(text)
        plain = folded.text
        if self._signs.search(plain):
            plain = self._signs.sub(lambda sign: "".join(self.leet[each][0] for each in sign[0]), plain)
        words = [
            Spoken(_APOSTROPHE.sub("", found[0]), folded.at(found.start()), folded.at(found.end() - 1) + 1)
            for found in _WORD.finditer(plain)
        ]
        if all(spoken.word in self.known or (spoken.word.isalpha() and len(spoken.word) < 7) for spoken in words) and (
            sum(len(spoken.word) == 1 for spoken in words) < _SPACED and not _STRETCHED.search(plain)
        ):
            return self._rejoined(words)
        return self._rejoined(list(self._undisguised(words)))

    def _undisguised(self, words: list[Spoken]) -> Iterator[Spoken]:
        index = 0
        while index < len(words):
            last = index
            while last < len(words) and len(words[last].word) == 1:
                last += 1
            if last - index >= _SPACED:
                yield from self._spaced(words[index:last])
                index = last
                continue
            spoken = words[index]
            for word in self._disguised(spoken.word):
                yield Spoken(word, spoken.start, spoken.end)
            index += 1

    def _spaced(self, letters: list[Spoken]) -> Iterator[Spoken]:
        """The known words within a run of single letters; what lies between is no word."""
        run = "".join(self.leet.get(letter.word, letter.word)[0] for letter in letters)
        for start, end in self._within(run, 1):
            yield Spoken(run[start:end], letters[start].start, letters[end - 1].end)

    def _within(self, run: str, shortest: int) -> list[tuple[int, int]]:
        """Known words that stand side by side in a run of letters: those that explain most of it, long ones first."""
        best: list[tuple[int, tuple[tuple[int, int], ...]]] = [(0, ())]
        for end in range(1, len(run) + 1):
            found = best[end - 1]
            for start in range(max(0, end - _LONGEST_WORD), end - shortest + 1):
                if run[start:end] in self.known:
                    score = best[start][0] + (end - start) ** 2
                    if score > found[0]:
                        found = (score, (*best[start][1], (start, end)))
            best.append(found)
        return list(best[-1][1])

    def _see_through(self, word: str) -> tuple[str, ...]:
        """The known words that a word stands for, or itself."""
        if word in self.known:
            return (word,)
        for reading in self._readings(word):
            if reading in self.known:
                return (reading,)
            if len(reading) >= 2 * _PIECE and (pieces := self._pieces(reading)):
                return pieces
        return (word,)

    def _readings(self, word: str) -> Iterator[str]:
        if _STRETCHED.search(word):
            yield _STRETCHED.sub(r"\1", word)
            yield _STRETCHED.sub(r"\1\1", word)
            yield self._single.get(_REPEATED.sub(r"\1", word), "")
            return
        yield word
        if not word.isalpha() and not word.isdigit():
            options = (self.leet.get(char, char) for char in word)
            for letters in islice(product(*options), _READINGS):
                yield "".join(letters)

    def _pieces(self, word: str) -> tuple[str, ...]:
        """The known words that a joined word is made of: of a short one all of it, of a long one some."""
        found = self._within(word[:_LONGEST], _PIECE if len(word) < _SENTENCE else 1)
        is_whole = sum(end - start for start, end in found) == len(word)
        if len(found) < 2 or not (is_whole or len(word) >= _SENTENCE):
            return ()
        return tuple(word[start:end] for start, end in found)

    def _rejoined(self, words: list[Spoken]) -> list[Spoken]:
        """Two pieces that are a known word together, and no word apart, are put together."""
        found: list[Spoken] = []
        for spoken in words:
            before = found[-1] if found else None
            if (
                before is not None
                and before.word + spoken.word in self.known
                and not (before.word in self.known and spoken.word in self.known)
                and len(before.word) + len(spoken.word) > _PIECE
            ):
                found[-1] = Spoken(before.word + spoken.word, before.start, spoken.end)
            else:
                found.append(spoken)
        return found

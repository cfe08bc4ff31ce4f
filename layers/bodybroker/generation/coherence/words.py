"""Texts as the checks read them: sentences of words without their endings, each with the groups it belongs to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_SENTENCE = re.compile(r"[.!?;:\n\u2014]+")
_WORD = re.compile(r"[a-z0-9]+(?:['\u2019][a-z]+)?")
_ENDINGS = ("ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "s", "e", "y", "i")
_VOWEL = re.compile("[aeiouy]")
_LEAST = 3
"""An ending is taken off only where as many letters are left, a vowel among them."""


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its grammatical ending: `enjoys`, `enjoyed` and `enjoying` are the same."""
    word = word.replace("\u2019", "'").removesuffix("'s").removesuffix("'")
    for ending in _ENDINGS:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= _LEAST and _VOWEL.search(rest) and not word.endswith("ss"):
            word = rest
            break
    for ending in ("e", "y", "i"):
        if word.endswith(ending) and len(word) > _LEAST:
            word = word[:-1]
            break
    if len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence, in lower case and whole."""
    found = (_WORD.findall(sentence) for sentence in _SENTENCE.split(text.lower()))
    return [words for words in found if words]


@dataclass(frozen=True)
class Vocabulary:
    """Words and phrases by group; a phrase stands where it begins. Those of `swallowing` hide the words they hold."""

    starting: Mapping[str, Sequence[tuple[tuple[str, ...], frozenset[str]]]]
    swallowing: frozenset[str]

    def read(self, words: Iterable[str]) -> list[frozenset[str]]:
        """The groups of each word of a sentence, and of each phrase that begins with it."""
        stems = [stem(word) for word in words]
        found: list[frozenset[str]] = []
        while len(found) < len(stems):
            here: frozenset[str] = frozenset()
            hidden = 0
            for phrase, groups in self.starting.get(stems[len(found)], ()):
                if tuple(stems[len(found) : len(found) + len(phrase)]) == phrase:
                    here |= groups
                    hidden = max(hidden, len(phrase) if groups & self.swallowing else 0)
            found += [frozenset()] * hidden if hidden else [here]
        return found


def vocabulary(groups: Mapping[str, Iterable[str]], swallowing: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of named groups of words and phrases; those of `swallowing` groups hide what they hold."""
    known: dict[tuple[str, ...], set[str]] = {}
    for name, phrases in groups.items():
        for phrase in phrases:
            stems = tuple(stem(word) for word in _WORD.findall(phrase.lower()))
            known.setdefault(stems, set()).add(name)
    starting: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for stems, names in sorted(known.items()):
        starting.setdefault(stems[0], []).append((stems, frozenset(names)))
    return Vocabulary(starting, frozenset(swallowing))


def says(read: Sequence[frozenset[str]], groups: Sequence[str], span: int) -> list[tuple[int, int]]:
    """Where words of all these groups stand together, no further apart than `span`: first and last position."""
    where = [[index for index, names in enumerate(read) if group in names] for group in groups]
    if not all(where):
        return []
    found = set()
    for anchor in where[0]:
        others = [min(positions, key=lambda position: abs(position - anchor)) for positions in where[1:]]
        first, last = min([anchor, *others]), max([anchor, *others])
        if last - first <= span:
            found.add((first, last))
    return sorted(found)


def lifted(
    read: Sequence[frozenset[str]],
    place: tuple[int, int],
    unless: Iterable[str],
    reach: tuple[int, int],
    ahead: Iterable[str] = (),
    joint: Iterable[str] = (),
) -> bool:
    """Whether a word of `unless` stands within or near: up to `reach[0]` words before, `reach[1]` after.

    Words of the groups `ahead` count only before the place, and none counts from behind a word of `joint` after it.
    """
    first, last = max(0, place[0] - reach[0]), place[1] + reach[1]
    parted = frozenset(joint)
    last = next((index for index in range(place[1] + 1, min(last + 1, len(read))) if read[index] & parted), last)
    anywhere, only_ahead = frozenset(unless) - frozenset(ahead), frozenset(unless) & frozenset(ahead)
    return any(names & anywhere for names in read[first : last + 1]) or any(
        names & only_ahead for names in read[first : place[0]]
    )

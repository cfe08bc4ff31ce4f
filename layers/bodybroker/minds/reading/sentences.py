"""Sentences made ready to be read: lower case, with money, parts and names in the place of their many spellings."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

MONEY, PART, NAME = "§m", "§p", "§w"
CENTS = 100
READ_LIMIT = 1000
"""Characters that are read of a text; nobody says more in a turn."""
_SENTENCE = re.compile(r"[^.!?…\n]+(?:\.(?=\d)[^.!?…\n]*)*[.!?…]*")  # the point of an amount ends no sentence
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: n for n, word in enumerate(f"{_ONES} sixteen seventeen eighteen nineteen".split())}
_NUMBERS |= {word: 10 * n for n, word in enumerate(_TENS.split(), start=2)}
_COUNT = "|".join([*_NUMBERS, "hundred", "thousand", "a", "and"])
_MONEY = re.compile(
    r"\$ ?(?P<sign>\d[\d,]*)(?:\.(?P<cents>\d\d)\b)?"
    r"|(?P<plain>\d[\d,]*) ?(?:dollars|bucks)\b"
    rf"|(?P<words>\b(?:(?:{_COUNT})[ -])+)(?:dollars|bucks)\b"
)
_NAME_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST_CENTS = 2**53


class Sentence(Struct, frozen=True):
    """One sentence: `text` with money, parts and names replaced, and what stood there, in its order."""

    text: str
    is_question: bool
    cents: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    names: tuple[EntityId, ...] = ()


def sentences(text: str, parts: Sequence[str], names: Mapping[str, EntityId]) -> Iterator[Sentence]:
    """The sentences of a text that may speak of these parts and of those named; of a long text its beginning."""
    called = _called(tuple(sorted(names.items())))
    plain = text[:READ_LIMIT].replace("\u2019", "'").casefold()
    for found in _SENTENCE.finditer(plain):
        raw = found[0].strip()
        if raw:
            yield _sentence(raw, parts, called)


def _sentence(raw: str, parts: Sequence[str], called: Mapping[str, EntityId]) -> Sentence:
    cents: list[int] = []
    who: list[EntityId] = []
    named: list[str] = []

    def amount(found: re.Match[str]) -> str:
        cents.append(_cents(found))
        return MONEY

    def person(found: re.Match[str]) -> str:
        who.append(called[found[0]])
        return NAME

    def part(found: re.Match[str]) -> str:
        named.append(found[1])
        return PART

    is_question = "?" in raw[-3:]
    text = _MONEY.sub(amount, raw.rstrip(".!?… "))
    if called:
        text = _either(tuple(called)).sub(person, text)
    if parts:
        text = re.sub(rf"\b({'|'.join(sorted(parts))})s?\b(?! (?:it|them|over|me|us)\b)", part, text)
    return Sentence(" ".join(text.split()), is_question, tuple(cents), tuple(named), tuple(who))


def _cents(found: re.Match[str]) -> int:
    if found["words"]:
        return min(_worded(found["words"]) * CENTS, _MOST_CENTS)
    digits = (found["sign"] or found["plain"]).replace(",", "")
    return min(int(digits[:18]) * CENTS + int(found["cents"] or 0), _MOST_CENTS)


def _worded(words: str) -> int:
    """A number in words, such as nine hundred and fifty."""
    total, group = 0, 0
    for word in re.findall(r"[a-z]+", words):
        if word in _NUMBERS:
            group += _NUMBERS[word]
        elif word == "hundred":
            group = max(1, group) * 100
        elif word == "thousand":
            total, group = total + max(1, group) * 1000, 0
    return total + group


@lru_cache(maxsize=64)
def _called(names: tuple[tuple[str, EntityId], ...]) -> Mapping[str, EntityId]:
    """Everybody by whole name, and by any longer word of it that nobody else has."""
    found: dict[str, EntityId] = {}
    shared: set[str] = set()
    for name, who in names:
        for word in _NAME_WORD.findall(name.casefold()):
            if found.setdefault(word, who) != who:
                shared.add(word)
    words = {word: who for word, who in found.items() if word not in shared}
    return words | {name.casefold(): who for name, who in names}


@lru_cache(maxsize=64)
def _either(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

"""The shape of a specialist's answer: its JSON schema, and what of it goes into an addition.

Patterns hold what a schema can: a text is made of plain lower-case words and ends with its sentence. So there is no
room for markup, ids, numbers or names, and a model that is held to its schema cannot break off within a word.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bodybroker.generation.locations import Addition, Entity, PropWish
from bodybroker.generation.parameters import Range
from bodybroker.generation.specialists.guides import Choice, Phrase, Prose, Specialist, Specialists

_LETTERS = 14
"""In the longest word that a model may write: a bound, so that none goes on for ever."""
_WORD = rf"[a-z]{{1,{_LETTERS}}}('[a-z]{{0,2}})?"
_FIRST = rf"[A-Z][a-z]{{0,{_LETTERS}}}('[a-z]{{0,2}})?"
_TITLE_WORD = rf"[A-Za-z][a-z]{{0,{_LETTERS}}}('s?)?"
_SPOKEN = re.compile(r"[a-z']+")
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "e", "er", "ers", "y", "ly")
_SENTENCES = re.compile(r"[.!?]+")


def schema(guide: Specialist, entity: Entity, neighbours: int) -> dict[str, Any]:
    """What an answer about `entity` must be, where the specialist was told of so many neighbours."""
    writes = guide.writes
    properties: dict[str, Any] = {"text": _prose(writes.text), "title": _title(writes.title)}
    for field in ("personality", "wants"):
        if (phrase := getattr(writes, field)) is not None:
            properties[field] = _phrase(phrase)
    for field in ("traits", "props", "hazards"):
        if (choice := getattr(writes, field)) is not None:
            properties[field] = _choice(choice, entity.kind_of)
    if writes.clue is not None:
        properties["clue"] = _prose(writes.clue)
        if neighbours:
            properties["clue_of"] = {"type": "integer", "enum": [*range(neighbours + 1)]}
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


def _prose(prose: Prose) -> dict[str, Any]:
    sentence = f"{_FIRST}(,? {_WORD}){_times(prose.words)}\\."
    more = f"( {sentence}){_times(prose.sentences)}" if prose.sentences.high > 1 else ""
    return {"type": "string", "pattern": f"^{sentence}{more}$"}


def _phrase(phrase: Phrase) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{_WORD}(,? {_WORD}){_times(phrase.words)}$"}


def _title(phrase: Phrase) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{_FIRST}( {_TITLE_WORD}){_times(phrase.words)}$"}


def _times(count: Range) -> str:
    """How often more follow the first."""
    return f"{{{count.low - 1},{count.high - 1}}}"


def _choice(choice: Choice, kind_of: str) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "string", "enum": [*choice.words(kind_of)]},
        "minItems": choice.count.low,
        "maxItems": choice.count.high,
    }


def wishes(kinds: tuple[str, ...]) -> tuple[PropWish, ...]:
    """Props by kind, each as often as it was named."""
    return tuple(PropWish(kind, count) for kind, count in Counter(kinds).items())


def plain(kind: str) -> str:
    """A kind in plain words: `cold_room` is a cold room."""
    return kind.replace("_", " ")


def told(addition: Addition) -> Iterator[str]:
    """Everything in an addition that a player may read."""
    yield from (addition.title, addition.text, addition.personality, addition.wants)
    yield from (hazard.text for hazard in addition.hazards)
    yield from (clue.text for clue in addition.clues)


def sentences_of(text: str) -> list[list[str]]:
    """The words of each of its sentences; of a phrase, which has no full stop, all."""
    return [words for sentence in _SENTENCES.split(text) if (words := words_of(sentence))]


def words_of(text: str) -> list[str]:
    """Its words in lower case."""
    return _SPOKEN.findall(text.lower())


def stems_of(words: Iterable[str]) -> set[str]:
    """Everything that the words may be forms of."""
    plain_words = {word.partition("'")[0] for word in words}
    return {word.removesuffix(ending) for word in plain_words for ending in _ENDINGS}


def tagged(specialists: Specialists, addition: Addition) -> Addition:
    """The addition with the rating tags that its words carry."""
    said = stems_of(word for text in told(addition) for word in words_of(text))
    tags = tuple(tag for tag, stems in specialists.common.tags.items() if not said.isdisjoint(stems))
    return msgspec.structs.replace(addition, tags=tags)

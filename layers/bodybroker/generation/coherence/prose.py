"""Whether it can be shown to a player at all: needed fields, leaks of prompts and programs, running in circles."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bodybroker.generation.coherence.facts import Contradiction
from bodybroker.generation.coherence.rules import Circle
from bodybroker.generation.coherence.subject import Subject
from bodybroker.generation.coherence.texts import texts
from bodybroker.generation.coherence.words import sentences


def contradictions(subject: Subject) -> Iterator[Contradiction]:
    """Everything that is no text for a player."""
    rules = subject.coherence
    for each in subject.described:
        key, given = each.entity.id, dict(texts(each.addition))
        for field in rules.needs.get(each.entity.kind, ()):
            least = 1 if field == "title" else rules.least_chars
            if len(given.get(field, "").strip()) < least:
                yield Contradiction("prose", key, f"{field} is missing", part=f"{field}?")
        for field, text in given.items():
            if leak := _leaks(rules.leaks).search(text):
                yield Contradiction("prose", key, f"{leak[0]!r} is not for players", part=field)
            elif not text.isprintable():
                yield Contradiction("prose", key, "control characters", part=field)
            elif _circles(text, rules.circle):
                yield Contradiction("prose", key, "it runs in circles", part=field)


@lru_cache(maxsize=8)
def _leaks(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _circles(text: str, rules: Circle) -> bool:
    said = sentences(text)
    words = [word for sentence in said for word in sentence]
    rows = (words[start : start + rules.words] for start in range(len(words) - rules.words + 1))
    return any(len(set(row)) < rules.least for row in rows) or len({*map(tuple, said)}) < len(said)

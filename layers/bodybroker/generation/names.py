"""Names from small grammars: a form with slots, and words for each slot."""

from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Parameters
from bodybroker.kernel.random import Stream

Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(min_length=1, strict=False)]

_TRIES = 8


class Grammar(Parameters):
    """Forms such as `{given} {family}` and the words that may stand in each slot."""

    forms: Words
    words: dict[str, Words]

    @model_validator(mode="after")
    def _slots_have_words(self) -> Self:
        missing = sorted({slot for form in self.forms for slot in slots(form)} - self.words.keys())
        if missing:
            raise ValueError(f"slots without words: {', '.join(missing)}")
        return self


def make(grammar: Grammar, stream: Stream, taken: set[str]) -> str:
    """A name that is not in `taken`, which it joins; where the grammar seems used up, namesakes are numbered."""
    name = spell(grammar, stream)
    for _ in range(_TRIES):
        if name not in taken:
            break
        name = spell(grammar, stream)
    unique, count = name, 1
    while unique in taken:
        count += 1
        unique = f"{name} {count}"
    taken.add(unique)
    return unique


def spell(grammar: Grammar, stream: Stream) -> str:
    """A name, which others may have as well."""
    return fill(stream.choice(grammar.forms), grammar.words, stream)


def fill(form: str, words: Mapping[str, Sequence[str]], stream: Stream) -> str:
    """The form with each of its slots filled by one of its words."""
    return form.format_map({slot: stream.choice(words[slot]) for slot in slots(form)})


@cache
def slots(form: str) -> tuple[str, ...]:
    """The slots of a form, as often as they stand in it."""
    return tuple(slot for _, slot, _, _ in Formatter().parse(form) if slot is not None)

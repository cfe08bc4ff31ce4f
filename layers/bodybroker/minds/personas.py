"""Whether a line is true to who says it: propositions about a persona, each of which holds for a line or does not.

The idea of judging personas by propositions is TinyTroupe's; here rules decide them, so that a score costs
microseconds, is the same for everybody and can be taken of every line.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct
from pydantic import Field

from bodybroker.generation.parameters import Parameters, PerMille
from bodybroker.kernel import configuration
from bodybroker.minds.voices import Persona

Proposition = Literal["brief", "tongue", "no_assistant", "own_time", "own_kind", "speaks_itself", "own_world"]

_SENTENCE = re.compile(r"[.!?…;]+")
_WORDS = re.compile(r"[a-z0-9'-]+")


class Personas(Parameters):
    """configs/personas.yaml"""

    sample_per_mille: PerMille
    assistant: tuple[str, ...] = Field(min_length=1, strict=False)
    modern: tuple[str, ...] = Field(min_length=1, strict=False)
    told: tuple[str, ...] = Field(min_length=1, strict=False)


class Score(Struct, frozen=True):
    """How true a line is: the share of propositions that hold, per mille, and those that do not."""

    per_mille: int
    failed: tuple[Proposition, ...]


@cache
def load() -> Personas:
    """The propositions that every persona shares; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("personas", read)


def read() -> Personas:
    """`load` from the document."""
    return Personas.model_validate(configuration.load("personas"))


def judge(line: str, persona: Persona, name: str, race: str, shared: Personas | None = None) -> Score:
    """The score of a line of the NPC `name`, a `race`."""
    common = shared or load()
    words = _WORDS.findall(line.casefold().replace("\u2019", "'"))
    said = f" {' '.join(words)} "
    held: Mapping[Proposition, bool] = {
        "brief": all(len(part.split()) <= persona.longest_words for part in _SENTENCE.split(line)),
        "tongue": not _has(said, persona.never),
        "no_assistant": not _has(said, common.assistant),
        "own_time": not _has(said, common.modern),
        "own_kind": not _has(said, (f"{am} {a}{kind}" for kind in persona.is_not for am in _AM for a in _A)),
        "speaks_itself": not _has(said, (text.format(name=name.casefold(), race=race) for text in common.told)),
        "own_world": not set(words).isdisjoint(persona.dwells_on),
    }
    failed = tuple(proposition for proposition, holds in held.items() if not holds)
    return Score(1000 * (len(held) - len(failed)) // len(held), failed)


_AM = ("i am", "i'm", "as", "we are")
_A = ("a ", "an ", "the ", "")


def _has(said: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in said for phrase in phrases)

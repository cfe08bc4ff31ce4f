"""Voices: how a race talks, to a model (manner, samples) and without one (a grammar). Read from configs/voices."""

import re
from functools import cache
from graphlib import CycleError, TopologicalSorter

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel import configuration

FACTS = frozenset({"name", "place", "carried", "wanted"})
"""What a line may mention beyond the grammar: the NPC's name, the place, a part it wants that the player carries,
and one that the player lacks. Alternatives with a fact that is not known are left out."""

ROOT = "line"
AGAIN = "again"
UNHEARD = "unheard"
ROOTS = (ROOT, AGAIN, UNHEARD)
"""Where a line begins: the first of a talk, a later one, one that evades what the player said."""
ANY_MOOD = "any"
REFERENCE = re.compile(r"\{(\w+)\}")

Alternatives = list[str]


class Sample(BaseModel):
    """One exchange that shows a model how the race talks."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    player: str = Field(min_length=1)
    npc: str = Field(min_length=1)


class Persona(BaseModel):
    """Propositions about whatever a race says (`minds/personas.py` judges lines by them).

    `longest_words` is the longest sentence; `never` are words that it does not take into its mouth, `is_not` what it
    never calls itself, `dwells_on` words of which every line should have one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    longest_words: int = Field(gt=0)
    never: tuple[str, ...] = Field(min_length=1)
    is_not: tuple[str, ...] = Field(min_length=1)
    dwells_on: tuple[str, ...] = Field(min_length=1)


class Voice(BaseModel):
    """How a race talks.

    `speech` maps a symbol to its alternatives, or to alternatives per mood (`any` serves the moods not named);
    `{symbol}` and `{fact}` inside an alternative are replaced. Lines begin at a root; `barks` are cries by situation,
    made of the same symbols. `persona` is what must be true of whatever the race says.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    manner: str = Field(min_length=1)
    samples: tuple[Sample, ...] = Field(min_length=1)
    speech: dict[str, Alternatives | dict[str, Alternatives]]
    barks: dict[str, Alternatives]
    persona: Persona

    @model_validator(mode="after")
    def _every_line_ends(self) -> "Voice":
        """Each reference has a meaning and no symbol leads back to itself."""
        used = {symbol: _references(meaning) for symbol, meaning in self.speech.items()}
        faults = [
            f"speech.{symbol} mentions {{{name}}}, neither a symbol nor a fact"
            for symbol, names in used.items()
            for name in sorted(names - FACTS - self.speech.keys())
        ]
        faults += [f"speech.{symbol} is empty" for symbol, meaning in self.speech.items() if not _flat(meaning)]
        faults += [f"speech.{root} is missing" for root in ROOTS if root not in self.speech]
        faults += [f"barks.{situation} is empty" for situation, texts in self.barks.items() if not texts]
        faults += [
            f"barks.{situation} mentions {{{name}}}, neither a symbol nor a fact"
            for situation, texts in self.barks.items()
            for name in sorted(_references(texts) - FACTS - self.speech.keys())
        ]
        try:
            TopologicalSorter(used).prepare()
        except CycleError as cycle:
            faults.append(f"speech runs in a circle: {' > '.join(cycle.args[1])}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def alternatives(self, symbol: str, mood: str) -> Alternatives:
        """What `symbol` may become in `mood`."""
        meaning = self.speech[symbol]
        if isinstance(meaning, list):
            return meaning
        return meaning.get(mood) or meaning.get(ANY_MOOD, [])


@cache
def load(race: str) -> Voice:
    """The voice of a race; raises pydantic.ValidationError with every fault of the document."""
    return Voice.model_validate(configuration.load(f"voices/{race}"))


def _flat(meaning: Alternatives | dict[str, Alternatives]) -> Alternatives:
    return meaning if isinstance(meaning, list) else [text for texts in meaning.values() for text in texts]


def _references(meaning: Alternatives | dict[str, Alternatives]) -> set[str]:
    return {name for text in _flat(meaning) for name in REFERENCE.findall(text)}

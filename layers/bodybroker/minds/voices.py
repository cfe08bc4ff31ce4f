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
ANY_MOOD = "any"
REFERENCE = re.compile(r"\{(\w+)\}")

Alternatives = list[str]


class Sample(BaseModel):
    """One exchange that shows a model how the race talks."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    player: str = Field(min_length=1)
    npc: str = Field(min_length=1)


class Voice(BaseModel):
    """How a race talks.

    `speech` maps a symbol to its alternatives, or to alternatives per mood (`any` serves the moods not named);
    `{symbol}` and `{fact}` inside an alternative are replaced. `line` is the root.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    manner: str = Field(min_length=1)
    samples: tuple[Sample, ...] = Field(min_length=1)
    speech: dict[str, Alternatives | dict[str, Alternatives]]

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
        if ROOT not in self.speech:
            faults.append(f"speech.{ROOT} is missing")
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

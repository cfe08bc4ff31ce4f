"""The settings of turns: how long, how free. Read from configs/turns.yaml, which explains every key."""

from functools import cache
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bodybroker.kernel import configuration

Count = Annotated[int, Field(gt=0, strict=True)]
Temperature = Annotated[float, Field(ge=0, le=2)]
PerMille = Annotated[int, Field(ge=0, le=1000, strict=True)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][A-Za-z]{1,7})?$")]
"""A tag of BCP 47: a language, with a region or script where that matters."""
Score = Literal["trust", "fear", "respect", "desire"]
SCORES: tuple[Score, ...] = get_args(Score)
Lines = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SpeechSettings(_Settings):
    """How the model is asked for a line."""

    max_tokens: Count
    max_sentences: Count
    temperature: Temperature
    memory: Count


class ScriptedSettings(_Settings):
    """What is said without a model, by what it does; `{price}` and `{part}` stand for those."""

    accept: Lines
    counter: Lines
    refuse: Lines
    nothing: Lines


class ActsSettings(_Settings):
    """How it is asked for acts: the question with `{acts}` in it, what each act means, what the NPC could tell,
    what `heard` asks for."""

    max_tokens: Count
    temperature: Temperature
    question: Annotated[str, Field(min_length=1, pattern=r"\{acts\}")]
    acts: dict[Word, Annotated[str, Field(min_length=1)]]
    tellings: Annotated[str, Field(min_length=1, pattern=r"\{tellings\}")]
    heard: Annotated[str, Field(min_length=1)]


class FloorSettings(_Settings):
    """Who has the floor, and for how long what was told is kept."""

    watch_ms: Count
    yield_ms: Count
    longest_ms: Count
    turns_per_minute: Count
    tape_minutes: Count


class Shade(_Settings):
    """What a score says that is at most `up_to`."""

    up_to: Annotated[int, Field(ge=0, le=100, strict=True)]
    says: str


class ContextSettings(_Settings):
    """How much a model is told that it has not read before."""

    fresh_bytes: Count
    memories: Count
    beliefs: Count
    wants_from: PerMille
    wants: dict[Word, Annotated[str, Field(min_length=1)]]
    bond: dict[Score, tuple[Shade, ...]]

    @model_validator(mode="after")
    def _covers_every_score(self) -> "ContextSettings":
        faults = [f"bond.{score} is missing" for score in SCORES if score not in self.bond]
        faults += [
            f"bond.{score} rises up to 100"
            for score, shades in self.bond.items()
            if [shade.up_to for shade in shades] != sorted({shade.up_to for shade in shades} | {100})
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class CompanySettings(_Settings):
    """How several NPCs talk with the player."""

    most_present: Count
    most_speakers: Count
    puts_in_per_mille: dict[Word, PerMille]


class TurnSettings(_Settings):
    """configs/turns.yaml"""

    encounter_minutes: Count
    ping_ms: Count
    floor: FloorSettings
    context: ContextSettings
    company: CompanySettings
    language: Language
    languages: dict[Language, Annotated[str, Field(min_length=1)]]
    speech: SpeechSettings
    scripted: ScriptedSettings
    acts: ActsSettings
    moods: dict[Word, tuple[Word, ...]]

    @model_validator(mode="after")
    def _names_what_there_is(self) -> "TurnSettings":
        faults = [
            f"company.puts_in_per_mille has no mood {mood}" for mood in sorted(self.moods.keys() - self._talkative)
        ]
        faults += [f"there is no mood {mood}" for mood in sorted(self._talkative - self.moods.keys())]
        if self.language not in self.languages:
            faults.append(f"language {self.language} is none of languages")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def _talkative(self) -> set[str]:
        return set(self.company.puts_in_per_mille)


def spoken(language: str | None) -> str | None:
    """The language, if NPCs speak it; raises ValueError otherwise."""
    if language is not None and language not in load().languages:
        raise ValueError(f"there is: {', '.join(load().languages)}")
    return language


@cache
def load() -> TurnSettings:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("turns", read)


def read() -> TurnSettings:
    """`load` from the document."""
    return TurnSettings.model_validate(configuration.load("turns"))

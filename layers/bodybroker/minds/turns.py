"""The settings of turns: how long, how free. Read from configs/turns.yaml, which explains every key."""

from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bodybroker.kernel import configuration

Count = Annotated[int, Field(gt=0, strict=True)]
Temperature = Annotated[float, Field(ge=0, le=2)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class SpeechSettings(_Settings):
    """How the model is asked for a line."""

    max_tokens: Count
    max_sentences: Count
    temperature: Temperature
    memory: Count


class ActsSettings(_Settings):
    """How it is asked for acts."""

    max_tokens: Count
    temperature: Temperature
    question: Annotated[str, Field(min_length=1)]


class TurnSettings(_Settings):
    """configs/turns.yaml"""

    encounter_minutes: Count
    ping_ms: Count
    speech: SpeechSettings
    acts: ActsSettings
    moods: dict[Word, tuple[Word, ...]]


@cache
def load() -> TurnSettings:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("turns", read)


def read() -> TurnSettings:
    """`load` from the document."""
    return TurnSettings.model_validate(configuration.load("turns"))

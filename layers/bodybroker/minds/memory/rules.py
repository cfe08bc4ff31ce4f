"""The settings of memory, read from configs/memory.yaml, which explains every key."""

import re
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field

from bodybroker.generation.parameters import Parameters, PerMille, Positive, PositiveRange, Score, Word
from bodybroker.kernel import configuration


def _regular(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_regular)]
Phrases = Annotated[tuple[str, ...], Field(strict=False)]


class GateRules(Parameters):
    """What is written at all."""

    least_importance: Score
    distrusted: PerMille
    trusted: Annotated[Score, Field(gt=0)]
    words: PositiveRange
    characters: Positive
    small_talk: Phrases
    orders: Phrases


class Topic(Parameters):
    """A kind of memory: how much it matters, how a question about it is recognised, and which broader topics such a
    question is then not about."""

    importance: Score
    asked: Annotated[tuple[Pattern, ...], Field(strict=False)]
    lasts: bool = True
    instead_of: Annotated[tuple[Word, ...], Field(strict=False)] = ()


class NightRules(Parameters):
    """What dawn makes of a night."""

    most_per_night: Positive
    distils_from: Annotated[int, Field(ge=2)]
    forgets_below: Score
    half_life: PositiveRange
    sources: Positive


class Weights(Parameters):
    """What weighs how much in a score."""

    relevance: PerMille
    recency: PerMille
    importance: PerMille


class RetrievalRules(Parameters):
    """What comes to mind."""

    hits: Positive
    words: PerMille
    meaning: PerMille
    exact: PerMille
    weights: Weights
    recency_per_night: PerMille
    least_words: PerMille
    least_meaning: PerMille


class MemoryRules(Parameters):
    """configs/memory.yaml"""

    gate: GateRules
    topics: dict[Word, Topic]
    news_per_mille: PerMille
    law_per_mille: PerMille
    night: NightRules
    retrieval: RetrievalRules

    def importance(self, topic: str) -> int:
        """How much a memory of a topic matters as such; KeyError on one that the settings lack."""
        return self.topics[topic].importance


@cache
def load() -> MemoryRules:
    """The settings; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("memory", read)


def read() -> MemoryRules:
    """`load` from the document."""
    return MemoryRules.model_validate(configuration.load("memory"))

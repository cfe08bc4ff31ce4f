"""The gate's rules, read from configs/safety.yaml, which explains every key."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, Positive, Word
from bodybroker.kernel import configuration
from bodybroker.minds.gate.matching import Phrase, Step

Channel = Literal["player", "quoted", "sentence"]
CHANNELS: tuple[Channel, ...] = ("player", "quoted", "sentence")
Action = Literal["hold", "help"]
Words = Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9]+$")], ...], Field(strict=False)]
Names = Annotated[tuple[Word, ...], Field(strict=False)]

_GROUP = re.compile(r"\{(\w+)\}\Z")
_GAP = "..."


class Rule(Parameters):
    """Phrases that break a rule, what lifts them, and on which channels of its category they count."""

    name: Word
    category: Word
    phrases: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    unless: Names = ()
    unless_after: Names = ()
    channels: Annotated[tuple[Channel, ...], Field(strict=False)] = CHANNELS


class Category(Parameters):
    """What is done about a broken rule, by channel; nothing where none is named."""

    player: Action | None = None
    quoted: Action | None = None
    sentence: Action | None = None


class Safety(Parameters):
    """configs/safety.yaml"""

    release: Literal["words", "sentences"]
    gap: Positive
    reach: Natural
    leak_words: Annotated[int, Field(ge=3)]
    leak_held: Positive
    quote_length: Positive
    help_text: Annotated[str, Field(min_length=1)]
    categories: dict[Word, Category]
    look_alikes: dict[Annotated[str, Field(pattern=r"^[a-z]$")], str]
    leet: dict[Annotated[str, Field(min_length=1, max_length=1)], Annotated[str, Field(pattern=r"^[a-z]+$")]]
    harmless: Words
    harmless_groups: Names
    words: dict[Word, Words]
    rules: Annotated[tuple[Annotated[Rule, Field(strict=True)], ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        """Every group and category that a rule names is there, every phrase is one, and no name is taken twice."""
        faults = [fault for rule in self.rules for fault in self._faults(rule)]
        names = [rule.name for rule in self.rules]
        faults += [f"rules: {name} is there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        used = {rule.category for rule in self.rules}
        unknown = (name for name in self.harmless_groups if name not in self.words)
        faults += [f"harmless_groups: there are no words {name}" for name in unknown]
        faults += [f"categories.{name} has no rule" for name in self.categories if name not in used]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def phrases(self, channel: Channel) -> Iterator[Phrase]:
        """The phrases that count on a channel; `rule` is an index of `rules`."""
        harmless = self._all_of(self.harmless_groups).union(self.harmless)
        for number, rule in enumerate(self.rules):
            if channel not in rule.channels or getattr(self.categories[rule.category], channel) is None:
                continue
            unless, after = self._all_of(rule.unless), self._all_of(rule.unless_after)
            for text in rule.phrases:
                steps = tuple(self._steps(text))
                held = (index for index, step in enumerate(steps) if not step.words <= harmless)
                yield Phrase(number, steps, next(held, len(steps) - 1), unless, after)

    def _all_of(self, names: Names) -> frozenset[str]:
        return frozenset(word for name in names for word in self.words[name])

    def _steps(self, text: str) -> Iterator[Step]:
        gap = 0
        for part in text.split():
            if part == _GAP:
                gap = self.gap
                continue
            group = _GROUP.match(part)
            yield Step(frozenset(self.words[group[1]] if group else (part,)), gap)
            gap = 0

    def _faults(self, rule: Rule) -> Iterator[str]:
        if rule.category not in self.categories:
            yield f"rules.{rule.name}.category: there is no {rule.category}"
        for name in (*rule.unless, *rule.unless_after):
            if name not in self.words:
                yield f"rules.{rule.name}: there are no words {name}"
        for text in rule.phrases:
            parts = text.split()
            if not parts or parts[0] == _GAP or parts[-1] == _GAP:
                yield f"rules.{rule.name}: a phrase begins and ends with words: {text!r}"
            for part in parts:
                group = _GROUP.match(part)
                if group is not None and group[1] not in self.words:
                    yield f"rules.{rule.name}: there are no words {group[1]}"
                elif group is None and part != _GAP and re.fullmatch(r"[a-z0-9]+", part) is None:
                    yield f"rules.{rule.name}: {part!r} is neither a word of small letters, a group nor a gap"


@cache
def load() -> Safety:
    """The rules; raises pydantic.ValidationError with every fault of the document."""
    return configuration.prepared("safety", read)


def read() -> Safety:
    """`load` from the document."""
    return Safety.model_validate(configuration.load("safety"))

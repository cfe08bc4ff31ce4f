"""The guides of the specialists: configs/specialists/*.yaml, checked before anybody is asked (keys: common.yaml)."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from bodybroker.generation.locations import Entity
from bodybroker.generation.parameters import Parameters, Positive, PositiveRange, Range, Word
from bodybroker.generation.specialists import grammar as grammars
from bodybroker.kernel import configuration

VERSION = 1
"""Raise it when a guide or the code asks otherwise, reads otherwise or falls back to something else."""

NAMES = (
    *("interior", "landscape", "exterior", "terrain", "room_detailer", "terrain_enhancer"),
    *("monster_customizer", "vampire", "werewolf", "zombie", "ghoul", "lich"),
)
"""Every specialist; each is a job of tiers.yaml and a file of configs/specialists."""

ANY = grammars.ANY

FACTS = frozenset({"thing", "place"})
"""What a grammar may mention: what the entity is and what its place is."""

SPOKEN = ("title", "text", "personality", "wants", "clue")
"""The fields that are written in words and, without a model, by the grammar's symbols of the same names."""

Words = Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Lines = Annotated[tuple[Line, ...], Field(min_length=1, strict=False)]
S = TypeVar("S", bound=Parameters)
ByKind = Annotated[dict[Word, Words], Field(min_length=1)]


class Phrase(Parameters):
    """A few words without a full stop."""

    words: PositiveRange


class Prose(Parameters):
    """Whole sentences, and how many words each may have."""

    sentences: PositiveRange
    words: PositiveRange


class Choice(Parameters):
    """Words out of a list, which depends on what the entity is."""

    count: Range
    of: ByKind

    @model_validator(mode="after")
    def _enough_to_draw_from(self) -> Self:
        if ANY not in self.of:
            raise ValueError(f"of.{ANY} is missing")
        poor = [kind for kind, words in self.of.items() if len(set(words)) < max(1, self.count.high)]
        if poor:
            raise ValueError(f"count up to {self.count.high}, fewer words for {', '.join(poor)}")
        return self

    def words(self, kind_of: str) -> tuple[str, ...]:
        """What may be chosen for a thing of that kind."""
        return self.of.get(kind_of, self.of[ANY])


class Writes(Parameters):
    """What a specialist writes; what is left out stays empty in its additions."""

    title: Phrase
    text: Prose
    traits: Choice | None = None
    personality: Phrase | None = None
    wants: Phrase | None = None
    props: Choice | None = None
    hazards: Choice | None = None
    clue: Prose | None = None


class Sample(Parameters):
    """An answer as it should be, to what was told of an entity of `kind_of`."""

    kind_of: Word
    asked: Line
    answer: dict[str, Any]


class Limits(Parameters):
    """How an answer is drawn: the most tokens, and the temperature in percent."""

    max_tokens: Positive
    temperature_percent: Annotated[int, Field(ge=0, le=200)]


class Specialist(Parameters):
    """A specialist's guide."""

    job: Line
    voice: Line
    taboos: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    angles: Lines
    samples: Annotated[tuple[Sample, ...], Field(min_length=1, strict=False)]
    writes: Writes
    signs: dict[Word, Lines] = Field(default_factory=dict)
    limits: Limits
    entities: Positive
    pool: Positive
    grammar: dict[Word, Lines | dict[Word, Lines]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [*self._without_signs(), *self._without_grammar()]
        if faults := faults or [f"grammar.{fault}" for fault in grammars.faults(self.grammar, FACTS)]:
            raise ValueError("; ".join(faults))
        return self

    def _without_signs(self) -> Iterator[str]:
        hazards = self.writes.hazards
        named = {word for words in hazards.of.values() for word in words} if hazards else set()
        yield from (f"signs.{word} is missing" for word in sorted(named - self.signs.keys()))
        yield from (f"signs.{word} is no hazard" for word in sorted(self.signs.keys() - named))

    def _without_grammar(self) -> Iterator[str]:
        for field in SPOKEN:
            if getattr(self.writes, field) is not None and field not in self.grammar:
                yield f"grammar.{field} is missing"


class Common(Parameters):
    """common.yaml: what all specialists share."""

    preamble: Line
    facts_told: Positive
    neighbours_told: Positive
    answer_characters: Positive
    echo_words: Positive
    night_places: Positive
    taboos: Words
    dangling: Words
    tags: dict[Word, Words]


class Specialists(Parameters):
    """All the guides, by name."""

    common: Common
    guides: dict[str, Specialist]

    def told(self, entity: Entity) -> tuple[str, ...]:
        """The facts about an entity that its specialist is told."""
        return entity.facts[: self.common.facts_told]

    def neighbours(self, entity: Entity) -> int:
        """How many of the entities that it comes `after` are told to its specialist."""
        return min(len(entity.after), self.common.neighbours_told)


class InvalidSpecialists(ValueError):
    """The guides are wrong; `faults` lists everything that is, each with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid specialists:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> Specialists:
    """The shipped guides: as the build checked them, or in a checkout checked now; raises InvalidSpecialists."""
    return configuration.prepared("specialists", from_documents)


def from_documents() -> Specialists:
    """The guides from their documents; raises InvalidSpecialists."""
    documents, faults = {}, []
    for name in ("common", *NAMES):
        try:
            documents[name] = configuration.load(f"specialists/{name}")
        except (ValueError, OSError) as error:
            faults.append(f"specialists/{name}: {error}")
    if faults:
        raise InvalidSpecialists(faults)
    return validate(documents)


def validate(documents: dict[str, Any]) -> Specialists:
    """Guides from a document for each; raises InvalidSpecialists with every fault of every document at once."""
    faults: list[str] = []
    common = _section(Common, "common", documents, faults)
    guides = {name: _section(Specialist, name, documents, faults) for name in NAMES}
    faults += [f"specialists/{name}: no such specialist" for name in sorted(documents.keys() - {"common", *NAMES})]
    whole = {name: guide for name, guide in guides.items() if guide is not None}
    if common is not None:
        faults += [fault for name, guide in whole.items() for fault in _repetitions(name, guide, common.night_places)]
    if faults or common is None:
        raise InvalidSpecialists(faults)
    return Specialists(common=common, guides=whole)


def _section(model: type[S], name: str, documents: dict[str, Any], faults: list[str]) -> S | None:
    try:
        return model.model_validate(documents.get(name))
    except ValidationError as error:
        for fault in error.errors():
            path = ".".join(str(step) for step in fault["loc"])
            faults.append(f"specialists/{name}: {path + ': ' if path else ''}{fault['msg']}")
        return None


def _repetitions(name: str, guide: Specialist, places: int) -> Iterator[str]:
    """A grammar must not be used up within a night: whoever repeats himself is not feared."""
    needed = places * guide.entities
    if (period := grammars.period(guide.grammar, "text")) < needed:
        yield f"specialists/{name}: grammar.text repeats itself after {period} entities, a night has {needed}"

"""What the checks go by: coherence.yaml, and the lore in lore.yaml."""

from functools import cache, cached_property
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from bodybroker.generation import assembly_rules
from bodybroker.generation.assembly_rules import Fact, Rules
from bodybroker.generation.coherence.facts import Code
from bodybroker.generation.coherence.words import Vocabulary, vocabulary
from bodybroker.generation.locations import EntityKind
from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, Word
from bodybroker.kernel import configuration

Names = Annotated[tuple[Word, ...], Field(strict=False)]
Phrases = Annotated[tuple[str, ...], Field(min_length=1, strict=False)]


class Claim(Parameters):
    """Something that an addition must not say (keys explained in lore.yaml)."""

    code: Code
    races: Names = ()
    kinds: Annotated[tuple[EntityKind, ...], Field(strict=False)] = ()
    fact: Fact | None = None
    says: Annotated[tuple[Names, ...], Field(min_length=1, strict=False)]
    unless: Names | None = None
    ahead: Names | None = None
    span: Positive | None = None
    detail: str

    def groups(self) -> set[str]:
        """All groups of words that it mentions."""
        return {group for alternative in self.says for group in alternative} | {
            *(self.unless or ()),
            *(self.ahead or ()),
        }


class Lore(Parameters):
    """lore.yaml"""

    span: Positive
    before: Natural
    after: Natural
    unless: Names
    ahead: Names
    joint: Names
    words: dict[Word, Phrases]
    claims: tuple[Annotated[Claim, Field(strict=True)], ...] = Field(strict=False)
    traits: dict[Word, Phrases]
    races: dict[Word, Phrases]
    numbers: dict[Word, Positive]
    houses: dict[Word, Phrases]
    house_names: Phrases
    place_names: Phrases

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = self.words.keys() | {f"race_{race}" for race in self.races} | {"race"}
        faults = [
            f"claims.{index}: no group of words {group!r}"
            for index, claim in enumerate(self.claims)
            for group in sorted(claim.groups() - known)
        ]
        faults += [
            f"no group of words {group!r}" for group in (*self.unless, *self.ahead, *self.joint) if group not in known
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All groups of words: those of `words`, the opposite of each trait, the names of races and houses."""
        return vocabulary(
            {
                **self.words,
                **{f"not_{trait}": phrases for trait, phrases in self.traits.items()},
                **{f"race_{race}": phrases for race, phrases in self.races.items()},
                **{f"house_{kind}": phrases for kind, phrases in self.houses.items()},
                "race": [phrase for phrases in self.races.values() for phrase in phrases],
            },
            swallowing=["emphasis"],
        )


class Limits(Parameters):
    """The most that an entity, or all of a place, may have."""

    text_chars: Positive
    title_chars: Positive
    short_chars: Positive
    props: Natural
    place_props: Natural
    hazards: Natural
    clues: Natural
    traits: Natural


class Attempts(Parameters):
    """How often an entity is asked for again before the next way is taken."""

    model: Positive
    fallback: Positive


class Repetition(Parameters):
    """When two texts tell the same."""

    shingle: Positive
    sketch: Positive
    remembered: Positive
    least_words: Positive
    within_per_mille: PerMille
    elsewhere_per_mille: PerMille


class Ratings(Parameters):
    """Tags that may be given to content."""

    allowed: Names


class Circle(Parameters):
    """When a text runs in circles: among `words` in a row, fewer than `least` are different."""

    words: Positive
    least: Positive


class Coherence(Parameters):
    """coherence.yaml"""

    limits: Limits
    attempts: Attempts
    repetition: Repetition
    ratings: Ratings
    needs: dict[EntityKind, Names]
    leaks: Phrases
    least_chars: Positive
    circle: Circle


class CoherenceRules(Parameters):
    """All that a check needs besides what it checks."""

    coherence: Coherence
    lore: Lore
    generation: Rules


@cache
def load() -> CoherenceRules:
    """The rules as the build checked them, or in a checkout checked now; raises as `read` does."""
    return configuration.prepared("coherence", read)


def read() -> CoherenceRules:
    """The rules of configs/generation; raises pydantic.ValidationError with every fault of a document."""
    documents = configuration.load("generation/coherence"), configuration.load("generation/lore")
    return validate(*documents, assembly_rules.load())


def validate(coherence: dict[str, Any], lore: dict[str, Any], generation: Rules) -> CoherenceRules:
    """What is in coherence.yaml and lore.yaml; raises pydantic.ValidationError with every fault."""
    return CoherenceRules(
        coherence=Coherence.model_validate(coherence), lore=Lore.model_validate(lore), generation=generation
    )

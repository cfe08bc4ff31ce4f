"""The numbers of beliefs.yaml (keys explained there)."""

import string
from collections.abc import Iterator
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, Score, Word
from bodybroker.world.beliefs.state import EvidenceKind

MOST = 100
"""The end of the scale of strength, and of those of trust, intelligence and charm."""

Points = Annotated[int, Field(ge=-MOST, le=MOST)]
Kind = Literal["person", "place", "house", "part", "word"]
"""What the object of a claim may be: somebody (an NPC or the player), a place, a house, a part, a word of its own."""
KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)


class Limits(Parameters):
    """How much anybody keeps in mind."""

    beliefs: Positive
    evidence: Annotated[int, Field(ge=2)]
    onlookers: Natural
    least: Annotated[int, Field(ge=1, le=MOST)]


class Telling(Parameters):
    """How far a word convinces: per mille of its strength, base_per_mille + trust x per_trust."""

    base_per_mille: PerMille
    per_trust: Natural
    asserted: Score
    corroborated: Score
    overheard_per_mille: PerMille

    def heard(self, strength: int, trust: int) -> int:
        """The strength of what somebody says, for one who trusts him so (0..100)."""
        return strength * min(self.base_per_mille + trust * self.per_trust, 1000) // 1000


class Lying(Parameters):
    """The chance per mille that a lie is seen through: base + the listener's intelligence x per_intelligence
    - its trust x per_trust - the liar's charm x per_charm.
    """

    base: Natural
    per_intelligence: Natural
    per_trust: Natural
    per_charm: Natural
    high: PerMille
    shows: Word
    strength: Score

    def seen_through(self, intelligence: int, trust: int, charm: int) -> int:
        """The chance; each in 0..100."""
        chance = self.base + intelligence * self.per_intelligence - trust * self.per_trust - charm * self.per_charm
        return min(max(chance, 0), self.high)


class Gossip(Parameters):
    """How rumours go round."""

    every_minutes: Positive
    meetings: Natural
    across_per_mille: PerMille
    near: Positive
    per_trust: Natural
    tell_from: Annotated[int, Field(ge=1, le=MOST)]
    kept_per_mille: Annotated[int, Field(ge=0, lt=1000)]
    silent_trust: Annotated[int, Field(ge=0, le=MOST + 1)]
    distorts_base: PerMille
    distorts_per_dullness: Natural
    distorted_per_mille: Annotated[int, Field(ge=0, lt=1000)]

    def distorts(self, intelligence: int) -> int:
        """The chance per mille that one of that intelligence (0..100) gets it wrong."""
        return min(self.distorts_base + (MOST - intelligence) * self.distorts_per_dullness, 1000)


class Seen(Parameters):
    """How sure one is who was part of it, and who only saw it."""

    party: Score
    onlooker: Score


class Moves(Parameters):
    """Points by which a bond moves."""

    trust: Points = 0
    fear: Points = 0
    respect: Points = 0
    desire: Points = 0


class Believed(Parameters):
    """What a claim does to whoever believes it at strength `least` or more."""

    least: Score
    bond: Moves = Moves()
    price_per_mille: Positive = 1000
    refuses: bool = False
    mood: Word | None = None


class Predicate(Parameters):
    """A kind of claim."""

    says: str
    says_you: str | None = None
    subjects: Annotated[tuple[Literal["npc", "player"], ...], Field(min_length=1, strict=False)]
    objects: Annotated[tuple[Kind, ...], Field(strict=False)] = ()
    words: Annotated[tuple[Word, ...], Field(strict=False)] = ()
    exclusive: bool = False
    harms: bool = False
    spice: Natural
    seen: Seen | None = None
    believed: Believed | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._templates(), *self._mismatches()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _templates(self) -> Iterator[str]:
        for name, text, spoken_of in (("says", self.says, {"subject"}), ("says_you", self.says_you, set[str]())):
            needed = spoken_of | ({"object"} if self.objects else set())
            if text is not None and {field for _, field, _, _ in string.Formatter().parse(text) if field} != needed:
                yield f"{name} names {sorted(needed)} and nothing else"

    def _mismatches(self) -> Iterator[str]:
        if ("player" in self.subjects) != (self.says_you is not None):
            yield "says_you is there where the player may be the subject, and only there"
        if ("word" in self.objects) != bool(self.words):
            yield "words are there where an object may be a word, and only there"
        if self.exclusive and not self.objects:
            yield "exclusive is what has an object"


class Inference(Parameters):
    """Who has `times` reasons to believe `premise` of somebody believes `conclusion` of him."""

    premise: Word
    times: Positive
    conclusion: Word
    per_mille: PerMille
    intelligence: Score


class Prices(Parameters):
    """How far all that a customer believes of the player moves its prices, per mille of the usual."""

    low_per_mille: Positive
    high_per_mille: Positive

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low_per_mille <= 1000 <= self.high_per_mille:
            raise ValueError("the usual, 1000, lies outside low_per_mille and high_per_mille")
        return self


class Words(Parameters):
    """How beliefs are told: what the player is called, how one came to know, from which strength one is sure."""

    player: str
    source: dict[EvidenceKind, str]
    sure_from: Score
    sure: str
    unsure: str


class BeliefsRules(Parameters):
    """beliefs.yaml"""

    limits: Limits
    fades: dict[EvidenceKind, Score]
    telling: Telling
    lying: Lying
    gossip: Gossip
    prices: Prices
    predicates: Annotated[dict[Word, Predicate], Field(min_length=1)]
    inferences: Annotated[tuple[Inference, ...], Field(strict=False)]
    words: Words

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._missing(), *self._unknown(), *self._circles()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _missing(self) -> Iterator[str]:
        for name, given in (("fades", self.fades), ("words.source", self.words.source)):
            yield from (f"{name}.{kind}: missing" for kind in KINDS if kind not in given)

    def _unknown(self) -> Iterator[str]:
        named = [("lying.shows", self.lying.shows)]
        for i, rule in enumerate(self.inferences):
            named += [(f"inferences.{i}.premise", rule.premise), (f"inferences.{i}.conclusion", rule.conclusion)]
        for path, name in named:
            if name not in self.predicates:
                yield f"{path}: {name} is not a predicate"
            elif not path.endswith("premise") and self.predicates[name].objects:
                yield f"{path}: {name} asks for an object"

    def _circles(self) -> Iterator[str]:
        premises = {rule.premise for rule in self.inferences}
        for i, rule in enumerate(self.inferences):
            if rule.conclusion in premises:
                yield f"inferences.{i}.conclusion: {rule.conclusion} is a premise as well"

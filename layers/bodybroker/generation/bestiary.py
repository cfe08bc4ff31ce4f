"""The bestiary: what monsters are made from. configs/generation/monsters.yaml beside the world's races and names."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from bodybroker.generation.characters import Race
from bodybroker.generation.names import Grammar, Words, slots
from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, PositiveRange, Range, Score, Word
from bodybroker.generation.parameters import ScoreRange as Power
from bodybroker.kernel import configuration

AbilityKind = Literal["attack", "defence", "move", "sense", "lure"]
Stat = Literal["aggression", "intelligence", "charisma", "survival", "loyalty"]
Texts = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(min_length=1, strict=False)]

PART = "part"
"""The slot of a goal that becomes a part which the monster craves."""


class Tier(Parameters):
    """How far a monster has come within its race."""

    name: Word
    above: PerMille
    health: PositiveRange
    abilities: PositiveRange
    goals: PositiveRange
    marks: PositiveRange


class Build(Parameters):
    """A shape of the body: its mass index in kg per square metre of height."""

    weight: Positive
    mass_index: PositiveRange


class Culture(Parameters):
    """Where a monster comes from: words of its name in place of those of names.yaml."""

    weight: Positive
    words: dict[str, Words]


class AbilityRule(Parameters):
    """What a monster may be able to do, from a tier on (None: any)."""

    kind: AbilityKind
    power: Power
    range_cm: Natural
    cooldown_s: Natural
    tier: Word | None = None


class GoalRule(Parameters):
    """What a monster may want, and the stats with which it would."""

    text: Annotated[str, Field(min_length=1, max_length=60)]
    needs: Annotated[dict[Stat, Score], Field(default_factory=dict)]


class Kind(Parameters):
    """What the members of a race have in common besides races.yaml."""

    toughness_per_mille: Positive
    height_cm: PositiveRange
    speed_cm_per_s: PositiveRange
    armour: Range
    sight_cm: Natural
    hearing_cm: Natural
    smell_cm: Natural
    builds: Annotated[dict[Word, Build], Field(min_length=1)]
    marks: Texts
    cultures: Annotated[dict[Word, Culture], Field(min_length=1)]
    abilities: Annotated[dict[Word, AbilityRule], Field(min_length=1)]
    goals: Annotated[tuple[GoalRule, ...], Field(min_length=1, strict=False)]
    words: dict[Word, Texts]

    @model_validator(mode="after")
    def _slots_have_words(self) -> Self:
        missing = {slot for goal in self.goals for slot in slots(goal.text)} - {PART} - self.words.keys()
        if missing:
            raise ValueError(f"slots of goals without words: {', '.join(sorted(missing))}")
        return self


class Monsters(Parameters):
    """monsters.yaml"""

    standing: dict[Stat, Natural]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, strict=False)]
    races: Annotated[dict[Word, Kind], Field(min_length=1)]

    @model_validator(mode="after")
    def _playable(self) -> Self:
        faults = [*self._faults_of_tiers()]
        for name, kind in self.races.items():
            faults += [f"races.{name}.{fault}" for fault in self._faults_of(kind)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults_of_tiers(self) -> Iterator[str]:
        if not any(self.standing.values()):
            yield "standing: no stat counts"
        bounds = [tier.above for tier in self.tiers]
        if bounds[0] != 0 or sorted(set(bounds)) != bounds:
            yield f"tiers: above must start at 0 and rise, got {bounds}"

    def _faults_of(self, kind: Kind) -> Iterator[str]:
        """Whatever a tier promises, each race must have."""
        tiers = [tier.name for tier in self.tiers]
        for name, rule in kind.abilities.items():
            if rule.tier is not None and rule.tier not in tiers:
                yield f"abilities.{name}.tier: {rule.tier} is not among the tiers"
        free = sum(not goal.needs for goal in kind.goals)
        for i, tier in enumerate(self.tiers):
            opened = sum(rule.tier is None or rule.tier in tiers[: i + 1] for rule in kind.abilities.values())
            promised = (("abilities", opened), ("goals", free), ("marks", len(kind.marks)))
            for what, found in promised:
                most = getattr(tier, what).high
                if most > found:
                    yield f"{what}: tier {tier.name} promises up to {most}, there are {found} that any of them has"


@dataclass(frozen=True)
class Lot:
    """What is drawn of one race, as the draws need it."""

    race: Race
    kind: Kind
    builds: tuple[tuple[str, int], ...]
    cultures: tuple[tuple[str, int], ...]
    grammars: dict[str, Grammar]
    abilities: tuple[tuple[str, ...], ...]
    """Names of the abilities that each tier has open."""
    standing: tuple[tuple[Stat, int, int, int], ...]
    """What counts for a monster's standing: stat, its lowest value, the width of its range, weight."""
    weights: int
    bounds: tuple[int, ...]
    """The standing from which each tier is."""


@dataclass(frozen=True)
class Bestiary:
    """All that monsters are made from, besides their seed."""

    monsters: Monsters
    races: dict[str, Race]
    names: dict[str, Grammar]

    @cached_property
    def lots(self) -> dict[str, Lot]:
        """By race."""
        return {name: self._lot(name, kind) for name, kind in self.monsters.races.items()}

    def _lot(self, name: str, kind: Kind) -> Lot:
        tiers = [tier.name for tier in self.monsters.tiers]
        grammar, race = self.names[name], self.races[name]
        counting = [(stat, getattr(race.guide, stat), weight) for stat, weight in self.monsters.standing.items()]
        standing = tuple(
            (stat, span.low, span.high - span.low, weight) for stat, span, weight in counting if span.high > span.low
        )
        return Lot(
            race=race,
            kind=kind,
            builds=tuple((build, rule.weight) for build, rule in kind.builds.items()),
            cultures=tuple((culture, rule.weight) for culture, rule in kind.cultures.items()),
            grammars={
                culture: Grammar.model_construct(forms=grammar.forms, words={**grammar.words, **rule.words})
                for culture, rule in kind.cultures.items()
            },
            abilities=tuple(
                tuple(ability for ability, rule in kind.abilities.items() if rule.tier in (None, *tiers[: i + 1]))
                for i in range(len(tiers))
            ),
            standing=standing,
            weights=max(1, sum(weight for *_, weight in standing)),
            bounds=tuple(tier.above for tier in self.monsters.tiers),
        )


class InvalidBestiary(ValueError):
    """The configuration is wrong; `faults` lists everything that is, each with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid bestiary:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> Bestiary:
    """The bestiary as the build checked it, or in a checkout checked now; raises InvalidBestiary."""
    return configuration.prepared("monsters", read)


def read() -> Bestiary:
    """The bestiary from its documents; raises InvalidBestiary."""
    documents = ("generation/monsters", "world/races", "world/names")
    return validate(*(configuration.load(name) for name in documents))


def validate(monsters: dict[str, Any], races: dict[str, Any], names: dict[str, Any]) -> Bestiary:
    """The bestiary of three documents; raises InvalidBestiary with every fault at once."""
    faults: list[str] = []
    rules = _checked("generation/monsters", Monsters, monsters, faults)
    known = _checked("world/races", dict[Word, Race], races.get("races"), faults)
    grammars = _checked("world/names", dict[Word, Grammar], names.get("names"), faults)
    if rules and known and grammars:
        bestiary = Bestiary(rules, known, grammars)
        faults += _inconsistencies(bestiary)
        if not faults:
            return bestiary
    raise InvalidBestiary(faults)


def _checked(file: str, kind: Any, document: object, faults: list[str]) -> Any:
    try:
        return TypeAdapter(kind).validate_python(document)
    except ValidationError as error:
        faults += [f"{file}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        return None


def _inconsistencies(bestiary: Bestiary) -> Iterator[str]:
    described, known = bestiary.monsters.races, bestiary.races
    for name in sorted(described.keys() ^ known.keys()):
        lacking = "generation/monsters" if name in known else "world/races"
        yield f"{lacking}: races.{name}: missing"
    for name in sorted(described.keys() - bestiary.names.keys()):
        yield f"world/names: names.{name}: missing"
    for name in sorted(described.keys() & bestiary.names.keys()):
        used = {slot for form in bestiary.names[name].forms for slot in slots(form)}
        for culture, rule in described[name].cultures.items():
            for slot in sorted(rule.words.keys() - used):
                yield f"generation/monsters: races.{name}.cultures.{culture}.words.{slot}: no form of its names uses it"

"""configs/behaviour.yaml, which explains every key."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, Score, Word
from bodybroker.kernel import configuration
from bodybroker.minds.behaviour.curves import FULL, Consideration
from bodybroker.minds.behaviour.inputs import KNOWN, PLACE, Activity, Drive, Regard, Target
from bodybroker.world import rules as world
from bodybroker.world.base import MINUTES_PER_DAY

Attention = Literal["full", "bark", "scripted", "dormant"]
Move = Literal["stays", "closes", "withdraws", "post", "noise"]
"""Where an act leads: nowhere, up to its target, away from it, to one's place by the hour, to where it was loud."""
Pace = Literal["stands", "walks", "runs"]
Bent = Annotated[int, Field(ge=-FULL + 1, le=FULL)]
"""How much more a trait makes an act weigh, per mille; less below zero."""
ROUTINE = "routine"
"""The act of those who do not think: keeping to the schedule. Every repertoire has it."""


class Senses(Parameters):
    """How moments become inputs."""

    sight_cm: Positive
    remembers_ms: Positive
    smarts_ms: Positive
    near_cm: Positive
    company_each: Annotated[Score, Field(gt=0)]
    stray_cm: Positive


class LevelRules(Parameters):
    """What an NPC does at a level of attention: how often it thinks, if it does, and of how many others."""

    every_ms: Positive
    thinks: bool
    others: Natural
    barks: bool
    speaks: bool


class BarkRules(Parameters):
    """Milliseconds of silence before a bark: of the NPC, of an NPC that does something else now, of all around."""

    own_ms: Positive
    changed_ms: Positive
    around_ms: Positive


class Hour(Parameters):
    """What an NPC is about from a minute of the day on, and where in its haunt."""

    minute: Annotated[int, Field(ge=0, lt=MINUTES_PER_DAY)]
    activity: Activity
    spot: Literal["post", "rounds", "door", "company"]


Hours = Annotated[tuple[Hour, ...], Field(strict=False, min_length=1)]


class ScheduleRules(Parameters):
    """Where NPCs are by the hour."""

    shift_minutes: Natural
    round_minutes: Positive
    races: Annotated[dict[Word, Hours], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        faults = [
            f"races.{race}.{i + 1}.minute: not after the one before"
            for race, hours in self.races.items()
            for i, (one, two) in enumerate(pairwise(hours))
            if one.minute >= two.minute
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Act(Parameters):
    """Something that an NPC can do: at whom, how much it weighs, what it is weighed by, and what it looks like."""

    at: Target
    weight: Annotated[PerMille, Field(gt=0)]
    moves: Move = "stays"
    pace: Pace = "stands"
    apart_cm: Natural = 0
    bark: Word | None = None
    speaks: bool = False
    weighs: Annotated[tuple[Consideration, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = KNOWN[self.at]
        faults = [
            f"weighs.{i}.of: {c.of} says nothing of {self.at}" for i, c in enumerate(self.weighs) if c.of not in known
        ]
        if self.at == "self" and self.moves in ("closes", "withdraws"):
            faults.append(f"moves: {self.moves}, but at nobody")
        if (self.moves == "stays") != (self.pace == "stands"):
            faults.append(f"pace: {self.pace} contradicts {self.moves}")
        if faults:
            raise ValueError("; ".join(faults))
        return self


@dataclass(frozen=True, slots=True)
class Way:
    """An act made ready to be weighed: its curves as tables, by the inputs that the world decides and by the places of
    those that are sensed. `make_up` is how much of what a product of many shares loses is given back, per mille."""

    name: str
    act: Act
    settled: tuple[tuple[str, tuple[int, ...]], ...]
    sensed: tuple[tuple[int, tuple[int, ...]], ...]
    make_up: int


class BehaviourRules(Parameters):
    """configs/behaviour.yaml"""

    senses: Senses
    levels: dict[Attention, LevelRules]
    momentum_per_mille: PerMille
    whim_per_mille: PerMille
    traits: dict[Word, dict[Word, Bent]]
    barks: BarkRules
    moods: dict[Word, dict[Drive, Score]]
    beliefs: dict[Word, dict[Regard, Score]]
    schedule: ScheduleRules
    acts: dict[Word, Act]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        levels: tuple[Attention, ...] = ("full", "bark", "scripted", "dormant")
        faults = [f"levels.{name}: missing" for name in levels if name not in self.levels]
        routine = self.acts.get(ROUTINE)
        if routine is None or routine.at != "self":
            faults.append(f"acts.{ROUTINE}: missing, or at somebody")
        bent = ((trait, act) for trait, acts in self.traits.items() for act in acts)
        faults += [f"traits.{trait}.{act}: no such act" for trait, act in bent if act not in self.acts]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def ways(self) -> dict[Target, tuple[Way, ...]]:
        """The acts by whom they are directed at, ready to be weighed."""
        ready = [_ready(name, act) for name, act in self.acts.items()]
        targets: tuple[Target, ...] = ("self", "player", "npc")
        return {target: tuple(way for way in ready if way.act.at == target) for target in targets}


class InvalidBehaviour(ValueError):
    """behaviour.yaml names what the world does not have; the text lists every fault."""


def _ready(name: str, act: Act) -> Way:
    count = len(act.weighs)
    return Way(
        name=name,
        act=act,
        settled=tuple((c.of, c.table()) for c in act.weighs if c.of not in PLACE),
        sensed=tuple((PLACE[c.of], c.table()) for c in act.weighs if c.of in PLACE),
        make_up=FULL * (count - 1) // count,
    )


@cache
def load() -> BehaviourRules:
    """The rules; raises pydantic.ValidationError or InvalidBehaviour, each with every fault of the document."""
    return configuration.prepared("behaviour", read)


def read() -> BehaviourRules:
    """`load` from the document."""
    return checked(BehaviourRules.model_validate(configuration.load("behaviour")), world.load())


def checked(found: BehaviourRules, book: world.Rules) -> BehaviourRules:
    """`found`, if it names all that a world of these rules has and nothing else; raises InvalidBehaviour."""
    traits = {name for race in book.races.races.values() for name in race.traits}
    faults = [
        *_other_than("moods", found.moods.keys(), book.market.moods.keys()),
        *_other_than("schedule.races", found.schedule.races.keys(), book.races.races.keys()),
        *(f"beliefs.{name}: not a predicate" for name in found.beliefs if name not in book.beliefs.predicates),
        *_other_than("traits", found.traits.keys(), traits),
    ]
    if faults:
        raise InvalidBehaviour("\n".join(f"behaviour: {fault}" for fault in faults))
    return found


def _other_than(path: str, found: Set[str], wanted: Set[str]) -> Iterator[str]:
    yield from (f"{path}.{name}: missing" for name in sorted(wanted - found))
    yield from (f"{path}.{name}: the world has none" for name in sorted(found - wanted))

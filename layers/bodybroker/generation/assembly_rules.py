"""What a location is assembled by: assembly.yaml, and the rules of every generator."""

from functools import cache, cached_property
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from bodybroker.generation import street
from bodybroker.generation.buildings import plans
from bodybroker.generation.buildings.rules import BuildingRules
from bodybroker.generation.entities import PlaceKind
from bodybroker.generation.locations import EntityKind
from bodybroker.generation.parameters import Natural, Parameters, Positive, Word
from bodybroker.generation.street import PropSize, StreetRules
from bodybroker.generation.terrain import rules as terrain_rules
from bodybroker.generation.terrain.rules import TerrainRules
from bodybroker.kernel import configuration

Generator = Literal["building", "terrain", "street"]

Fact = Literal[
    "indoors",
    "outdoors",
    "below_ground",
    "windowless",
    "windowed",
    "locked",
    "unlocked",
    "way_out",
    "key",
    "haunted",
    "empty",
    "at_night",
    "haunts",
    "trait",
]
"""What layer 1 can know of an entity; assembly.yaml says it in words."""


class Ground(Parameters):
    """How a kind of place is made (keys explained in assembly.yaml)."""

    generator: Generator
    kind: Word
    below_ground: bool = False


class Specialists(Parameters):
    """Who adds to what."""

    place: dict[Generator, Word]
    exterior: dict[Generator, Word]
    space: Word
    poi: Word
    npc: dict[Word, Word]
    stranger: Word


class Placing(Parameters):
    """How props find where they stand (keys explained in assembly.yaml)."""

    reach_cm: Positive
    tries: Positive


class Assembly(Parameters):
    """assembly.yaml"""

    sites: dict[PlaceKind, Ground]
    specialists: Specialists
    after: dict[EntityKind, Annotated[tuple[EntityKind, ...], Field(strict=False)]]
    most_entities: Positive
    most_npcs: Positive
    npc_traits: Natural
    facts: dict[Fact, str]
    placing: Placing
    props: Annotated[dict[Word, PropSize], Field(min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [f"sites.{kind} is missing" for kind in get_args(PlaceKind) if kind not in self.sites]
        faults += [f"facts.{fact} is missing" for fact in get_args(Fact) if fact not in self.facts]
        for name, served in (("place", self.specialists.place), ("exterior", self.specialists.exterior)):
            faults += [f"specialists.{name}.{made} is missing" for made in get_args(Generator) if made not in served]
        if self.most_entities < self.most_npcs + 2:
            faults.append("most_entities leaves no room for most_npcs, the place and its outside")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class Rules(Parameters):
    """All that `begin` and `finish` need besides a site and a seed."""

    assembly: Assembly
    buildings: BuildingRules
    terrain: TerrainRules
    street: StreetRules

    @cached_property
    def props(self) -> dict[str, PropSize]:
        """Every kind of prop that may be wished for."""
        catalogue = self.buildings.catalogue.props
        known = {
            kind: PropSize(
                width_cm=rule.width_cm,
                depth_cm=rule.depth_cm,
                height_cm=rule.height_cm,
                blocks=rule.blocks,
                cover=rule.cover,
            )
            for kind, rule in catalogue.items()
        }
        return {**known, **self.assembly.props}


@cache
def load() -> Rules:
    """The rules as the build checked them, or in a checkout checked now; raises as `read` does."""
    return configuration.prepared("assembly", read)


def read() -> Rules:
    """The rules of configs/generation; raises ValueError with every fault of a document."""
    return Rules(
        assembly=validate(configuration.load("generation/assembly")),
        buildings=plans.load(),
        terrain=terrain_rules.load(),
        street=street.load(),
    )


def validate(document: dict[str, Any]) -> Assembly:
    """What is in assembly.yaml; raises pydantic.ValidationError with every fault."""
    return Assembly.model_validate(document)

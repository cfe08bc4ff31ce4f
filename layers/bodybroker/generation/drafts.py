"""What is assembled: a site of the world, the draft that layer 1 makes of it, the location that layer 2 completes."""

import msgspec
from msgspec import Struct

from bodybroker.generation.buildings.layout import BuildingLayout
from bodybroker.generation.layouts import LocalId
from bodybroker.generation.locations import Described, Entity
from bodybroker.generation.sites import Haunt, SiteBrief
from bodybroker.generation.street import StreetLayout
from bodybroker.generation.terrain.layout import TerrainLayout
from bodybroker.kernel import json

__all__ = ["SCHEMA", "AnyLayout", "Draft", "Haunt", "Location", "SiteBrief", "Units", "decode", "digest", "encode"]

SCHEMA = 1
"""The version of the location's document: raise it when its form changes."""

AnyLayout = BuildingLayout | TerrainLayout | StreetLayout
"""What the generators make, told apart by `layout`."""


class Draft(Struct, frozen=True):
    """What layer 1 makes of a site: the ground, and the entities that layer 2 adds to, the place first."""

    site: SiteBrief
    seed: int
    layout: AnyLayout
    entities: tuple[Entity, ...]

    def entity(self, key: LocalId) -> Entity:
        """The entity with that id; raises KeyError when there is none."""
        for entity in self.entities:
            if entity.id == key:
                return entity
        raise KeyError(key)


class Units(Struct, frozen=True):
    """What the numbers of a document mean."""

    length: str = "cm"
    angle: str = "degree"


class Location(Struct, frozen=True):
    """The whole document: what the engine builds, what layer 2 tells of it, and how each part of it came to be."""

    schema: int
    units: Units
    site: SiteBrief
    seed: int
    versions: dict[str, int]
    layout: AnyLayout
    described: tuple[Described, ...]


def encode(location: Location) -> bytes:
    """The document as canonical JSON: the same location gives the same bytes."""
    return json.canonical(location)


def decode(document: bytes) -> Location:
    """The location in a document; raises ValueError where it is none, or of another version of the form."""
    try:
        location = msgspec.json.decode(document, type=Location)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a location: {error}") from error
    if location.schema != SCHEMA:
        raise ValueError(f"a location of schema {location.schema}; this code reads {SCHEMA}")
    return location


def digest(location: Location) -> str:
    """SHA-256 of the document, in hex."""
    return json.digest(location)

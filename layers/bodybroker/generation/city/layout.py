"""What a city is made of. Frames and units as in `layouts`: cm from the south-west corner, x to the east, y to the
north. All streets run along the axes, so that blocks and lots are rectangles.
"""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Point, Provenance, Rectangle
from bodybroker.generation.layouts import LocalId

StreetKind = Literal["avenue", "street", "alley"]


class Junction(Struct, frozen=True, gc=False):
    """Where streets meet or end."""

    id: LocalId
    at: Point


class Street(Struct, frozen=True, gc=False):
    """A stretch of road between two junctions; `name` is that of the whole road, of which it is a part."""

    id: LocalId
    kind: StreetKind
    name: str
    joins: tuple[LocalId, LocalId]
    width_cm: int


class Lot(Struct, frozen=True, gc=False):
    """A parcel of a block: what stands on it, and the stretch of street that its door opens onto.

    `door` lies on the lot's edge and `street` within reach of it: no other lot is between them.
    """

    id: LocalId
    kind: str
    block: LocalId
    area: Rectangle
    door: Point
    street: LocalId


class Block(Struct, frozen=True, gc=False):
    """Ground between streets."""

    id: LocalId
    district: LocalId
    area: Rectangle


class CityDistrict(Struct, frozen=True):
    """A part of the city with one character; `house` is the kind of house that holds it; `home` the player's own."""

    id: LocalId
    kind: str
    name: str
    area: Rectangle
    house: str
    home: bool = False


class Territory(Struct, frozen=True):
    """What a house holds: its districts, and the stretches of street where it faces another house."""

    house: str
    name: str
    race: str
    districts: tuple[LocalId, ...]
    fronts: tuple[LocalId, ...]


class CityLayout(Struct, frozen=True):
    """A city. One can walk from every junction, and so from every door, to every other."""

    provenance: Provenance
    width_cm: int
    depth_cm: int
    junctions: tuple[Junction, ...]
    streets: tuple[Street, ...]
    districts: tuple[CityDistrict, ...]
    blocks: tuple[Block, ...]
    lots: tuple[Lot, ...]
    territories: tuple[Territory, ...]

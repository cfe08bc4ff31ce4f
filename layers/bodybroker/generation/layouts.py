"""What every layout is made of. Frozen values; integers only.

Lengths in cm, x to the east, y to the north, z up, from the south-west corner of the layout's own ground. Angles
(`yaw`) in whole degrees, 0..359, counter-clockwise seen from above, 0 to the east. Unreal's axes are left-handed:
there, y and yaw change their sign. Ids (`r3`, `d12`, `n1`) are unique within one layout.
"""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Rectangle

LocalId = str
"""An id within one layout: a letter for the kind of thing, and a number."""

OUTSIDE: LocalId = "outside"
"""What lies beyond a layout: the street, the rest of the world."""

CELL_CM = 50
"""The grid on which buildings stand and props block the way: as wide as a person with some room."""

Cover = Literal["none", "low", "full"]
"""Behind what one may hide: not at all, crouching, standing."""

SpawnKind = Literal["player", "npc", "patrol", "item"]


class Layout(Struct, frozen=True, tag_field="layout"):
    """What every generator's layout extends, each with a `tag` of its own, so that a document says which it holds."""


class Spot(Struct, frozen=True, gc=False):
    """A point on the ground of a layout, and where one looks who stands there."""

    x_cm: int
    y_cm: int
    yaw: int = 0
    z_cm: int = 0


class Spawn(Struct, frozen=True, gc=False):
    """Where something may appear: within which space or point of interest, and where exactly."""

    id: LocalId
    kind: SpawnKind
    within: LocalId
    at: Spot


class Prop(Struct, frozen=True, gc=False):
    """A thing that stands somewhere. `area` is its footprint on the ground; nobody walks where it `blocks`."""

    id: LocalId
    kind: str
    within: LocalId
    area: Rectangle
    yaw: int
    height_cm: int
    blocks: bool = True
    cover: Cover = "none"


class PointOfInterest(Struct, frozen=True):
    """A spot on open ground that is worth a look."""

    id: LocalId
    kind: str
    at: Spot


class Opening(Struct, frozen=True):
    """A way through a wall: which two spaces it joins (one may be OUTSIDE), where its middle is, how wide it is.

    `lock` names the key (`Key.id`) that opens it; without one it is open. `sight`: one can look through it when shut.
    `opens_from` names the only space from which it opens, as a fire exit does; None: it opens from both sides.
    `at.yaw` points out of the first space into the second.
    """

    id: LocalId
    kind: str
    joins: tuple[LocalId, LocalId]
    at: Spot
    width_cm: int
    lock: LocalId | None = None
    sight: bool = False
    passable: bool = True
    opens_from: LocalId | None = None


class Key(Struct, frozen=True):
    """A key, and the space where it lies."""

    id: LocalId
    within: LocalId
    at: Spot

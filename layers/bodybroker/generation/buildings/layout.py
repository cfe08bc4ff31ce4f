"""What a building is made of. Lengths in cm from its south-west corner; walls stand on cells of CELL_CM."""

from typing import Literal, get_args

from msgspec import Struct

from bodybroker.generation.entities import Provenance, Rectangle
from bodybroker.generation.layouts import Key, Layout, LocalId, Opening, Prop, Spawn

BuildingKind = Literal["apartment", "club", "crypt", "den", "hospital", "lab", "morgue", "warehouse"]
KINDS: tuple[BuildingKind, ...] = get_args(BuildingKind)


class Space(Struct, frozen=True):
    """A room, a corridor, a yard: the floor between its walls. `height_cm` is 0 under the open sky.

    `locks` names the keys without which nobody comes here from outside; `light` is per mille of daylight indoors.
    """

    id: LocalId
    kind: str
    area: Rectangle
    height_cm: int
    light: int
    locks: tuple[LocalId, ...] = ()


class Sight(Struct, frozen=True):
    """Two spaces that see each other while solid doors are shut: through which openings, over which distance."""

    spaces: tuple[LocalId, LocalId]
    through: tuple[LocalId, ...]
    length_cm: int


class BuildingLayout(Layout, frozen=True, tag="building"):
    """A building on ground of `width_cm` by `depth_cm`, outer walls included; its entrance is in the south wall.

    `entrance` is the opening by which one comes in, `goal` the space that all of it protects; `refuges` are the spaces
    from which two ways lead outside that share no space.
    """

    kind: BuildingKind
    width_cm: int
    depth_cm: int
    entrance: LocalId
    goal: LocalId
    refuges: tuple[LocalId, ...]
    spaces: tuple[Space, ...]
    openings: tuple[Opening, ...]
    keys: tuple[Key, ...]
    props: tuple[Prop, ...]
    spawns: tuple[Spawn, ...]
    sights: tuple[Sight, ...]
    provenance: Provenance

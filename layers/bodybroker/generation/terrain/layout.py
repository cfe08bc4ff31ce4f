"""What a piece of open ground is made of. Frames and units as in `layouts`: cm from the south-west corner, x to the
east, y to the north.

Fields per cell are in rows from the south, each from west to east: the cell (column, row) is at
`row * columns + column`, and its south-west corner at (column * cell_cm, row * cell_cm).
"""

from typing import Literal, get_args

from msgspec import Struct

from bodybroker.generation.entities import Point, Provenance
from bodybroker.generation.layouts import Layout, LocalId, Opening, Prop, Spawn, Spot

TerrainKind = Literal["forest", "cemetery", "industrial", "river"]
KINDS: tuple[TerrainKind, ...] = get_args(TerrainKind)

GROUND: LocalId = "ground"
"""The open ground as a whole: what a gate joins with OUTSIDE, and where things lie that belong to no point."""


class PointOfInterest(Struct, frozen=True, gc=False):
    """What one would walk to: its kind, its middle, and the radius of the free ground around that."""

    id: LocalId
    kind: str
    at: Spot
    radius_cm: int
    landmark: bool = False


class Path(Struct, frozen=True):
    """A way that feet have made or that was paved: from one gate or point of interest to another, bend by bend."""

    id: LocalId
    kind: str
    joins: tuple[LocalId, LocalId]
    points: tuple[Point, ...]
    width_cm: int


class SightLine(Struct, frozen=True):
    """Two gates or points of interest from which people standing there see each other."""

    between: tuple[LocalId, LocalId]
    distance_cm: int


class TerrainLayout(Layout, frozen=True, tag="terrain"):
    """A piece of open ground.

    Per cell: `height_cm` above its lowest cell's floor, `moisture` per mille, `surface` one row of letters per row of
    cells (`legend` says what they mean). Nobody walks on the surfaces in `impassable`. Every gate, point and spawn is
    reachable from every gate (`reach.faults`).
    """

    kind: TerrainKind
    provenance: Provenance
    columns: int
    rows: int
    cell_cm: int
    height_cm: tuple[int, ...]
    moisture: tuple[int, ...]
    surface: tuple[str, ...]
    legend: dict[str, str]
    impassable: tuple[str, ...]
    gates: tuple[Opening, ...]
    points: tuple[PointOfInterest, ...]
    paths: tuple[Path, ...]
    props: tuple[Prop, ...]
    spawns: tuple[Spawn, ...]
    sights: tuple[SightLine, ...]

    @property
    def width_cm(self) -> int:
        """From its western to its eastern edge."""
        return self.columns * self.cell_cm

    @property
    def depth_cm(self) -> int:
        """From its southern to its northern edge."""
        return self.rows * self.cell_cm

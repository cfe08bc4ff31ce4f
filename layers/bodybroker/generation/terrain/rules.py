"""The numbers of configs/generation/terrain.yaml (keys explained there)."""

from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from bodybroker.generation import noise
from bodybroker.generation.layouts import CELL_CM, Cover
from bodybroker.generation.parameters import Natural, Parameters, PerMille, Positive, PositiveRange, Range, Share, Word
from bodybroker.generation.terrain.layout import KINDS
from bodybroker.kernel import configuration

Letter = Annotated[str, Field(min_length=1, max_length=1)]
Prefers = Literal["high", "low", "water", "remote", "middle", "any"]
DEEP, SHALLOW, PLANKS = "deep_water", "shallow_water", "planks"


class Waves(Parameters):
    """A field of noise."""

    wavelength_cells: Annotated[int, Field(ge=4, le=noise.LARGEST)]
    octaves: Annotated[int, Field(ge=1, le=noise.MOST_OCTAVES)]


class Relief(Waves):
    """Hills."""

    height_cm: Positive


class Water(Parameters):
    """A course of water from one side of the ground to the other."""

    chance: PerMille
    width_cm: PositiveRange
    shallows_cm: Natural
    bank_cm: Positive
    depth_cm: Positive
    ends: Share
    sway_per_mille: PerMille
    crossings: PositiveRange


class Band(Parameters):
    """Where a surface lies: the first band that fits a cell is its surface."""

    surface: Word
    height: Share | None = None
    moisture: Share | None = None


class Network(Parameters):
    """How ways wind and where they run."""

    bend_cm: Positive
    jitter_per_mille: Annotated[int, Field(ge=0, le=450)]
    rounds: Annotated[int, Field(ge=0, le=3)]
    slope_cost: Natural
    water_cost: Natural
    whim_cost: Natural
    loops: Range
    main: Word
    main_width_cm: PositiveRange
    side: Word
    side_width_cm: PositiveRange


class Thing(Parameters):
    """Something that stands on the ground."""

    kind: Word
    width_cm: PositiveRange
    depth_cm: PositiveRange
    height_cm: PositiveRange
    blocks: bool = True
    cover: Cover = "none"
    turns: Literal["free", "square", "aligned"] = "free"


class Scatter(Thing):
    """Things strewn over the ground: one candidate per block of `pitch_cm`, moved by up to `jitter_cm`."""

    pitch_cm: Annotated[tuple[Positive, Positive], Field(strict=False)]
    jitter_cm: Natural
    density: PerMille
    groves: Waves | None = None
    grove_share: PerMille = 1000
    moisture: Share | None = None
    wades: bool = False
    most: Positive


class Furniture(Thing):
    """What stands around a point of interest."""

    count: Range


class Poi(Parameters):
    """A kind of point of interest."""

    kind: Word
    count: Range
    radius_cm: PositiveRange
    prefers: Prefers
    landmark: bool = False
    structure: Thing | None = None
    furniture: Annotated[tuple[Furniture, ...], Field(strict=False)] = ()


class Fence(Thing):
    """What encloses the ground: pieces about as long as `width_cm`, in line between the gates."""


class Gates(Parameters):
    """Ways in and out. `gap` is one that nobody meant to be there."""

    kind: Word
    count: PositiveRange
    width_cm: PositiveRange
    gap: Word | None = None
    gap_width_cm: PositiveRange


class Spawning(Parameters):
    """How many spots there are where something may appear."""

    patrols: Range
    items: Range
    ambushes: Range


class Ground(Parameters):
    """A kind of open ground."""

    relief: Relief
    damp: Waves
    water: Water | None = None
    bands: Annotated[tuple[Band, ...], Field(min_length=1, strict=False)]
    network: Network
    gates: Gates
    poi_spacing_cm: Positive
    points: Annotated[tuple[Poi, ...], Field(min_length=1, strict=False)]
    fence: Fence | None = None
    scatter: Annotated[tuple[Scatter, ...], Field(strict=False)]
    spawns: Spawning

    @model_validator(mode="after")
    def _playable(self) -> Self:
        faults = []
        if self.gates.count.low + bool(self.gates.gap) < 2:
            faults.append("gates: there must be a second way out")
        last = self.bands[-1]
        if last.height is not None or last.moisture is not None:
            faults.append("bands: the last one must fit every cell")
        if sum(poi.count.low for poi in self.points) < 2:
            faults.append("points: there must be at least two")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def surfaces(self) -> set[str]:
        """Every surface that this ground may have."""
        return {band.surface for band in self.bands} | {self.network.main, self.network.side, DEEP, SHALLOW, PLANKS}


class Side(Parameters):
    """Cells along a side."""

    low: Annotated[int, Field(ge=16)]
    high: Annotated[int, Field(le=512)]


class TerrainRules(Parameters):
    """terrain.yaml"""

    cell_cm: Positive
    side_cells: Side
    default_cells: Positive
    most_bends: Positive
    eyes_cm: Positive
    wading_cm: Natural
    sight_cm: Positive
    points_per_side: Positive
    bank_moisture: PerMille
    spawns_apart_cm: Positive
    lurking_cm: Natural
    letters: dict[Word, Letter]
    impassable: Annotated[tuple[Word, ...], Field(strict=False)]
    grounds: dict[Word, Ground]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [f"grounds.{kind} is missing" for kind in KINDS if kind not in self.grounds]
        faults += [f"grounds.{kind}: no such kind" for kind in sorted(self.grounds.keys() - set(KINDS))]
        used = set().union(*(ground.surfaces() for ground in self.grounds.values()), self.impassable)
        faults += [f"letters.{surface} is missing" for surface in sorted(used - self.letters.keys())]
        if len(set(self.letters.values())) < len(self.letters):
            faults.append("letters: two surfaces share one")
        if self.cell_cm % CELL_CM:
            faults.append(f"cell_cm must be a multiple of {CELL_CM}")
        if not self.side_cells.low <= self.default_cells <= self.side_cells.high:
            faults.append("default_cells must lie within side_cells")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class InvalidTerrain(ValueError):
    """The configuration is wrong; `faults` lists everything that is."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("invalid generation/terrain:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = faults


@cache
def load() -> TerrainRules:
    """The rules as the build checked them, or in a checkout checked now; raises InvalidTerrain."""
    return configuration.prepared("terrain", read)


def read() -> TerrainRules:
    """The rules from their document; raises InvalidTerrain, OSError when there is none."""
    return validate(configuration.load("generation/terrain"))


def validate(document: dict[str, Any]) -> TerrainRules:
    """Raises InvalidTerrain with every fault at once."""
    try:
        return TerrainRules.model_validate(document)
    except ValidationError as error:
        raise InvalidTerrain(
            [f"{'.'.join(map(str, fault['loc'])) or 'terrain'}: {fault['msg']}" for fault in error.errors()]
        ) from error

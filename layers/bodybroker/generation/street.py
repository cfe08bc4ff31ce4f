"""Streets: a carriageway between two pavements, open at both ends. Same seed, same bytes."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from bodybroker.generation.entities import Provenance, Rectangle
from bodybroker.generation.layouts import (
    CELL_CM,
    Cover,
    Layout,
    PointOfInterest,
    Prop,
    Spawn,
    Spot,
)
from bodybroker.generation.parameters import Parameters, Positive, PositiveRange, Range, Word
from bodybroker.kernel import configuration
from bodybroker.kernel.random import Stream

GENERATOR = "street"
VERSION = 1
KINDS = ("street",)


class PropSize(Parameters):
    """What a kind of prop takes up, and what hides behind it."""

    width_cm: Positive
    depth_cm: Positive
    height_cm: Positive
    blocks: bool = True
    cover: Cover = "none"


class StreetRules(Parameters):
    """street.yaml"""

    width_cm: PositiveRange
    depth_cm: PositiveRange
    pavement_cm: Positive
    spacing_cm: PositiveRange
    points: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    most_points: Positive
    props_per_100_m: Range
    props: Annotated[dict[Word, PropSize], Field(min_length=1)]
    npc_spots: Positive
    npc_distance_cm: Positive

    @model_validator(mode="after")
    def _fits(self) -> Self:
        faults = []
        if self.depth_cm.low < 2 * (self.pavement_cm + CELL_CM):
            faults.append("depth_cm.low leaves no carriageway between two pavements")
        if self.width_cm.low < max(self.spacing_cm.high, self.pavement_cm + self.spacing_cm.high // 2):
            faults.append("width_cm.low leaves no room for a point of interest")
        if faults:
            raise ValueError("; ".join(faults))
        return self


class StreetLayout(Layout, frozen=True, tag="street"):
    """A street from west to east. `gates` are where it goes on; nothing stands on the carriageway between them."""

    kind: str
    width_cm: int
    depth_cm: int
    cell_cm: int
    carriageway: Rectangle
    gates: tuple[Spot, ...]
    points: tuple[PointOfInterest, ...]
    props: tuple[Prop, ...]
    spawns: tuple[Spawn, ...]
    provenance: Provenance


@cache
def load() -> StreetRules:
    """The rules of configs/generation/street.yaml; raises pydantic.ValidationError with every fault."""
    return StreetRules.model_validate(configuration.load("generation/street"))


def generate(kind: str, seed: int, rules: StreetRules, width_cm: int, depth_cm: int) -> StreetLayout:
    """The street of `seed`, of a size in cm; raises ValueError for a kind or a size that there is not."""
    if kind not in KINDS:
        raise ValueError(f"no kind of street: {kind!r}")
    for name, given, allowed in (("width_cm", width_cm, rules.width_cm), ("depth_cm", depth_cm, rules.depth_cm)):
        if not allowed.low <= given <= allowed.high:
            raise ValueError(f"{name} {given}: a street takes {allowed.low}..{allowed.high}")
    stream = Stream(seed, GENERATOR, str(VERSION))
    columns, rows, strip = width_cm // CELL_CM, depth_cm // CELL_CM, rules.pavement_cm // CELL_CM
    width, depth = columns * CELL_CM, rows * CELL_CM
    road = Rectangle(0, strip * CELL_CM, width, depth - 2 * strip * CELL_CM)
    points = tuple(_points(rules, width, depth, stream.substream("points")))
    return StreetLayout(
        kind=kind,
        width_cm=width,
        depth_cm=depth,
        cell_cm=CELL_CM,
        carriageway=road,
        gates=(Spot(CELL_CM // 2, depth // 2, 0), Spot(width - CELL_CM // 2, depth // 2, 180)),
        points=points,
        props=tuple(_props(rules, width, depth, points, stream.substream("props"))),
        spawns=tuple(_spawns(rules, road, points)),
        provenance=Provenance(seed=seed, generator=GENERATOR, generator_version=VERSION),
    )


def _points(rules: StreetRules, width: int, depth: int, stream: Stream) -> Iterator[PointOfInterest]:
    """Along the street, on either side of it, at the edge of the pavement."""
    x = rules.spacing_cm.draw(stream) // 2
    for number in range(1, rules.most_points + 1):
        if x > width - rules.pavement_cm:
            return
        is_north = stream.chance(500)
        y = depth - rules.pavement_cm if is_north else rules.pavement_cm
        yield PointOfInterest(f"p{number}", stream.choice(rules.points), Spot(x, y, 270 if is_north else 90))
        x += rules.spacing_cm.draw(stream)


def _props(
    rules: StreetRules, width: int, depth: int, points: tuple[PointOfInterest, ...], stream: Stream
) -> Iterator[Prop]:
    """On the outer half of the pavements, each in a stretch of its own, belonging to the nearest point of interest."""
    kinds = sorted(rules.props)
    number = 0
    for is_north in (False, True):
        count = width * rules.props_per_100_m.draw(stream) // 10_000
        stretch = width // max(1, count)
        for index in range(count):
            kind = stream.choice(kinds)
            size = rules.props[kind]
            slack = stretch - size.width_cm - CELL_CM
            if slack < 0 or not points:
                continue
            number += 1
            x = (index * stretch + stream.below(slack + 1)) // CELL_CM * CELL_CM
            area = Rectangle(x, depth - size.depth_cm if is_north else 0, size.width_cm, size.depth_cm)
            nearest = min(points, key=lambda point: abs(point.at.x_cm - x))
            yield Prop(
                f"o{number}", kind, nearest.id, area, 270 if is_north else 90, size.height_cm, size.blocks, size.cover
            )


def _spawns(rules: StreetRules, road: Rectangle, points: tuple[PointOfInterest, ...]) -> Iterator[Spawn]:
    """The player comes from the west; NPCs stand in a row beside each point, on the carriageway's edge."""
    middle = road.y_cm + road.depth_cm // 2
    first, last = points[0].id, points[-1].id
    yield Spawn("s1", "player", first, Spot(CELL_CM // 2, middle, 0))
    yield Spawn("s2", "patrol", last, Spot(road.width_cm - CELL_CM // 2, middle, 180))
    number = 2
    for point in points:
        is_north = point.at.y_cm > middle
        y = road.y_cm + road.depth_cm - CELL_CM // 2 if is_north else road.y_cm + CELL_CM // 2
        for place in range(rules.npc_spots):
            number += 1
            x = min(point.at.x_cm + place * rules.npc_distance_cm, road.width_cm - CELL_CM // 2)
            yield Spawn(f"s{number}", "npc", point.id, Spot(x, y, 90 if is_north else 270))

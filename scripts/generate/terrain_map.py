"""Open ground as maps: relief in moonlight, surfaces, ways, what stands there, where one appears."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import Opening, Prop
from bodybroker.generation.terrain.layout import PointOfInterest, TerrainLayout
from numpy.typing import NDArray

from scripts.generate import palette, signs
from scripts.generate.maps import BRIEF, LONG_SIDE, Entry, Map, rough, swatch, words
from scripts.generate.shapes import Circle, Glow, Line, Picture, Polygon, Shape, Sheet, box, mix

_CONTOURS = 9
"""How many steps of height the contour lines show."""
_TITLES = {"industrial": "The industrial edge", "river": "The river bank"}
_THINGS = 12
"""How many kinds of things the legend names."""
_TREES = (
    "tree",
    "pine",
    "oak",
    "birch",
    "willow",
    "yew",
    "spruce",
    "alder",
    "fir",
    "poplar",
    "fern",
    "bramble",
    "reeds",
)
"""Drawn as crowns."""
_STONES = ("boulder", "crag", "menhir", "heap", "stump")
"""Drawn with rough edges."""


def terrain(layout: TerrainLayout, brief: bool = False) -> Sheet:
    """The whole ground; `brief`: small and without a legend."""
    ground = Map(Rectangle(0, 0, layout.width_cm, layout.depth_cm), BRIEF if brief else LONG_SIDE)
    drawn = _Terrain(layout, ground)
    drawn.draw()
    climb = (max(layout.height_cm) - min(layout.height_cm)) / 100
    subtitle = (
        f"seed {layout.provenance.seed} · {layout.width_cm / 100:g} m by {layout.depth_cm / 100:g} m · "
        f"{climb:g} m of relief · {len(layout.points)} points of interest · {len(layout.props)} things · "
        f"version {layout.provenance.generator_version}"
    )
    return drawn.map.sheet(
        _TITLES.get(layout.kind, f"The {words(layout.kind)}"), subtitle, [] if brief else [*drawn.legend()]
    )


class _Terrain:
    """Draws open ground on a map."""

    def __init__(self, layout: TerrainLayout, ground: Map) -> None:
        self.layout = layout
        self.map = ground

    def draw(self) -> None:
        """From the ground up."""
        width, height = self.layout.width_cm * self.map.scale, self.layout.depth_cm * self.map.scale
        corner = self.map.at(0, self.layout.depth_cm)
        self.map.add(Picture(corner, width, height, self.layout.columns, self.layout.rows, self._pixels()))
        for path in self.layout.paths:
            points = tuple(self.map.at(point.x_cm, point.y_cm) for point in path.points)
            if len(points) > 1:
                colour = mix(palette.surface(path.kind), palette.WAY, 0.35)
                self.map.add(Line(points, colour, max(1.5, path.width_cm * self.map.scale * 0.8), 0.55))
        for prop in sorted(self.layout.props, key=lambda prop: prop.height_cm):
            self.map.add(*self._prop(prop))
        self.map.night()
        spots = {point.id: point.at for point in self.layout.points} | {gate.id: gate.at for gate in self.layout.gates}
        for sight in self.layout.sights:
            ends = tuple(self.map.at(spots[end].x_cm, spots[end].y_cm) for end in sight.between)
            self.map.add(Line(ends, palette.SIGHT, 1, 0.35, 5))
        for spawn in self.layout.spawns:
            spot = self.map.at(spawn.at.x_cm, spawn.at.y_cm)
            self.map.add(*signs.stand(signs.spawn(spawn.kind, spawn.at.yaw, 5), *spot))
        for point in self.layout.points:
            self.map.add(*self._point(point))
        for gate in self.layout.gates:
            self.map.add(*self._gate(gate))

    def legend(self) -> Iterator[Entry]:
        """What is on the map, and only that."""
        used = set("".join(self.layout.surface))
        for letter, kind in self.layout.legend.items():
            if letter in used:
                blocked = (
                    " (nobody walks)" if kind in self.layout.impassable or letter in self.layout.impassable else ""
                )
                yield Entry(swatch(palette.surface(kind)), words(kind) + blocked)
        hides = {"full": ", hides one standing", "low": ", hides one crouching"}
        for (kind, cover), _ in Counter((prop.kind, prop.cover) for prop in self.layout.props).most_common(_THINGS):
            yield Entry(swatch(palette.thing(kind, cover)), words(kind) + hides.get(cover, ""))
        yield Entry((Circle((0, 0), 6, None, palette.PAPER, 1.4),), "point of interest")
        yield Entry((Polygon(box(-8, -3, 16, 6), palette.SPAWNS["player"]),), "way in")
        for kind in dict.fromkeys(spawn.kind for spawn in self.layout.spawns):
            yield Entry(signs.spawn(kind, 0, 5), f"{kind} appears")
        yield Entry((Line(((-8, 0), (8, 0)), palette.SIGHT, 1.4, 0.8, 3),), "see each other")

    def _pixels(self) -> bytes:
        """Surfaces in moonlight from the north-west, darker where it is damp, with contour lines; north first."""
        rows, columns = self.layout.rows, self.layout.columns
        height = np.array(self.layout.height_cm, dtype=np.float64).reshape(rows, columns)
        damp = np.array(self.layout.moisture, dtype=np.float64).reshape(rows, columns) / 1000
        colours = {letter: palette.surface(kind) for letter, kind in self.layout.legend.items()}
        base = np.array([[colours[letter] for letter in row] for row in self.layout.surface], dtype=np.float64)
        up, right = np.gradient(height, self.layout.cell_cm)
        light = np.clip(1.0 + 1.6 * (right - up), 0.45, 1.6) * (1.08 - 0.3 * damp)
        lit = base * light[:, :, None] * _contours(height)[:, :, None]
        return np.clip(lit[::-1], 0, 255).astype(np.uint8).tobytes()

    def _prop(self, prop: Prop) -> Iterator[Shape]:
        x_cm, y_cm = prop.area.x_cm + prop.area.width_cm / 2, prop.area.y_cm + prop.area.depth_cm / 2
        x, y = self.map.at(x_cm, y_cm)
        shade = min(12.0, prop.height_cm * self.map.scale * 0.12)
        fill = palette.thing(prop.kind, prop.cover)
        if prop.kind.endswith(_STONES):
            corners = rough(
                prop.id, x, y, prop.area.width_cm * self.map.scale / 2, prop.area.depth_cm * self.map.scale / 2
            )
            yield Polygon(tuple((px + 2, py + 2) for px, py in corners), palette.SHADOW, opacity=0.4)
            yield Polygon(corners, fill, mix(fill, palette.PAPER, 0.35), 0.8)
            return
        if prop.kind.endswith(_TREES):
            crown = max(2.5, max(prop.area.width_cm, prop.area.depth_cm, prop.height_cm // 5) * self.map.scale / 2)
            green = mix(palette.surface("undergrowth"), fill, 0.35)
            yield Circle((x + shade * 0.6, y + shade * 0.6), crown, palette.SHADOW, opacity=0.35)
            yield Circle((x, y), crown, green, mix(green, palette.SHADOW, 0.5), 0.8, 0.92)
            yield Circle(
                (x - crown * 0.25, y - crown * 0.25), crown * 0.5, mix(green, palette.PAPER, 0.12), opacity=0.6
            )
            return
        corners = self.map.corners(prop.area)
        yield Polygon(tuple((px + shade * 0.6, py + shade * 0.6) for px, py in corners), palette.SHADOW, opacity=0.4)
        yield Polygon(corners, fill, mix(fill, palette.PAPER, 0.4), 0.8)

    def _point(self, point: PointOfInterest) -> Iterator[Shape]:
        x, y = self.map.at(point.at.x_cm, point.at.y_cm)
        radius = max(5.0, point.radius_cm * self.map.scale)
        if point.landmark:
            yield Glow((x, y), radius * 2.2, palette.LAMP, 0.28)
        yield Circle((x, y), radius, None, palette.PAPER, 1.2, 0.75)
        yield self.map.label(x, y - radius - 8, words(point.kind))

    def _gate(self, gate: Opening) -> Iterator[Shape]:
        x, y = self.map.at(gate.at.x_cm, gate.at.y_cm)
        half = max(6.0, gate.width_cm * self.map.scale / 2)
        wide, deep = (3, half) if gate.at.yaw % 180 == 0 else (half, 3)
        yield Polygon(box(x - wide, y - deep, 2 * wide, 2 * deep), palette.SPAWNS["player"], palette.SHADOW, 1)
        side = 1 if y < self.map.at(0, self.layout.depth_cm / 2)[1] else -1
        yield self.map.label(x, y + side * 16, words(gate.kind), 11)


def _contours(height: NDArray[np.float64]) -> NDArray[np.float64]:
    """0.82 where a line of equal height runs between a cell and its neighbours, 1 elsewhere."""
    span = height.max() - height.min()
    if span == 0:
        return np.ones_like(height)
    step = np.floor((height - height.min()) / span * _CONTOURS)
    edge = np.zeros(height.shape, dtype=bool)
    edge[:, 1:] |= step[:, 1:] != step[:, :-1]
    edge[1:, :] |= step[1:, :] != step[:-1, :]
    return np.where(edge, 0.82, 1.0)

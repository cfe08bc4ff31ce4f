"""Buildings and single rooms as maps: floors by kind, doors with locks and keys, cover, sight lines, spawns."""

from collections.abc import Iterator

from bodybroker.generation.buildings import navigation
from bodybroker.generation.buildings.layout import BuildingLayout, Space
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM, OUTSIDE, Opening, Prop

from scripts.generate import palette, signs
from scripts.generate.maps import BRIEF, LONG_SIDE, Entry, Map, rough, swatch, words
from scripts.generate.shapes import Colour, Glow, Line, Polygon, Shape, Sheet, box, mix

STREET_CM = 300
"""What is drawn of the ground around a building."""
ROOM = 800
"""The longer side of a single room, in pixels."""
_FLAT_CM = 5
"""What is no higher lies on the floor like paint."""
_BRIGHT = 0.55
"""How much of a floor's colour the darkest room keeps."""


def building(layout: BuildingLayout, brief: bool = False) -> Sheet:
    """The whole building; `brief`: small and without a legend."""
    ground = Rectangle(-STREET_CM, -STREET_CM, layout.width_cm + 2 * STREET_CM, layout.depth_cm + 2 * STREET_CM)
    drawing = _Building(layout, Map(ground, BRIEF if brief else LONG_SIDE))
    drawing.draw(layout.spaces)
    locks = sum(opening.lock is not None for opening in layout.openings)
    subtitle = (
        f"seed {layout.provenance.seed} · {layout.width_cm / 100:g} m by {layout.depth_cm / 100:g} m · "
        f"{len(layout.spaces)} rooms · {locks} locks · version {layout.provenance.generator_version}"
    )
    return drawing.map.sheet(f"The {words(layout.kind)}", subtitle, [] if brief else [*drawing.legend(layout.spaces)])


def room(layout: BuildingLayout, space_id: str | None = None, brief: bool = False) -> Sheet:
    """One room with its doors: the one asked for, or the one that the building protects. ValueError: no such room."""
    wanted = space_id or layout.goal
    space = next((space for space in layout.spaces if wanted in (space.id, space.kind)), None)
    if space is None:
        known = ", ".join(f"{space.id} ({space.kind})" for space in layout.spaces)
        raise ValueError(f"no room {wanted!r}; there are {known}")
    area = space.area
    edge = CELL_CM * 2
    ground = Rectangle(area.x_cm - edge, area.y_cm - edge, area.width_cm + 2 * edge, area.depth_cm + 2 * edge)
    drawing = _Building(layout, Map(ground, BRIEF if brief else ROOM))
    drawing.draw((space,))
    height = f"{space.height_cm} cm high" if space.height_cm else "under the open sky"
    subtitle = (
        f"{words(layout.kind)}, seed {layout.provenance.seed} · {space.id} · {area.width_cm / 100:g} m by "
        f"{area.depth_cm / 100:g} m, {height}, light {space.light} ‰"
    )
    return drawing.map.sheet(f"The {words(space.kind)}", subtitle, [] if brief else [*drawing.legend((space,))])


class _Building:
    """Draws spaces of a layout on a map."""

    def __init__(self, layout: BuildingLayout, ground: Map) -> None:
        self.layout = layout
        self.map = ground
        self.locks = {key.id: palette.lock(i) for i, key in enumerate(layout.keys)}
        self.areas = {space.id: space.area for space in layout.spaces}

    def draw(self, spaces: tuple[Space, ...]) -> None:
        """From the ground up."""
        shown = {space.id for space in spaces}
        outline = Rectangle(0, 0, self.layout.width_cm, self.layout.depth_cm)
        self.map.add(
            Polygon(self.map.corners(self.map.ground), palette.GROUND),
            Polygon(self.map.corners(outline, 40), palette.SHADOW, opacity=0.5),
            Polygon(self.map.corners(outline), palette.WALL, palette.WALL_EDGE, 1.5),
        )
        openings = [opening for opening in self.layout.openings if shown & set(opening.joins)]
        for space in spaces:
            self.map.add(*self._floor(space))
        for prop in sorted(self.layout.props, key=lambda prop: prop.height_cm):
            if prop.within in shown:
                self.map.add(*self._prop(prop))
        for opening in openings:
            self.map.add(*self._gap(opening))
        self.map.add(*self._sights(shown))
        for opening in openings:
            self.map.add(*self._lock(opening))
        self._mark(spaces, shown)

    def legend(self, spaces: tuple[Space, ...]) -> Iterator[Entry]:
        """What is on the map, and only that."""
        shown = {space.id for space in spaces}
        for kind in dict.fromkeys(space.kind for space in spaces):
            yield Entry(swatch(_lit(palette.floor(kind), 1000)), words(kind))
        openings = [opening for opening in self.layout.openings if shown & set(opening.joins)]
        for kind in dict.fromkeys(opening.kind for opening in openings):
            opening = next(opening for opening in openings if opening.kind == kind)
            yield Entry((Line(((-8, 0), (8, 0)), _leaf(opening), 4),), words(kind))
        if any(opening.opens_from is not None for opening in openings):
            yield Entry(signs.only_out(0), "opens from one side")
        names = {space.id: space.kind for space in self.layout.spaces}
        for key in self.layout.keys:
            if key.within in shown or any(opening.lock == key.id for opening in openings):
                opens = [opening for opening in self.layout.openings if opening.lock == key.id]
                doors = ", ".join(words(names.get(opening.joins[1], OUTSIDE)) for opening in opens)
                yield Entry(signs.key(self.locks[key.id], 6), f"key {key.id}: {doors}")
        props = {prop.cover for prop in self.layout.props if prop.within in shown}
        samples = {"full": "hides one standing", "low": "hides one crouching", "none": "no cover"}
        for cover, meaning in samples.items():
            if cover in props:
                yield Entry(swatch(palette.solid(cover)), meaning)
        for kind in dict.fromkeys(spawn.kind for spawn in self.layout.spawns if spawn.within in shown):
            yield Entry(signs.spawn(kind, 0, 5), f"{kind} appears")
        if len(shown) > 1:
            yield Entry((Line(((-8, 0), (8, 0)), palette.SIGHT, 1.4, 0.8, 3),), "rooms that see each other")
        if self.layout.goal in shown:
            yield Entry(signs.star(7), "what it protects")
        if shown & set(self.layout.refuges):
            yield Entry(signs.refuge(), "two ways to flee")

    def _floor(self, space: Space) -> Iterator[Shape]:
        """Its colour, darker where it is dark, a grid of metres, light from the middle."""
        fill = _lit(palette.floor(space.kind), space.light)
        yield Polygon(self.map.corners(space.area), fill, palette.SHADOW, 1.2)
        area = space.area
        line = mix(fill, palette.SHADOW, 0.22)
        for x_cm in range(area.x_cm + 100, area.x_cm + area.width_cm, 100):
            yield Line((self.map.at(x_cm, area.y_cm), self.map.at(x_cm, area.y_cm + area.depth_cm)), line, 0.5)
        for y_cm in range(area.y_cm + 100, area.y_cm + area.depth_cm, 100):
            yield Line((self.map.at(area.x_cm, y_cm), self.map.at(area.x_cm + area.width_cm, y_cm)), line, 0.5)
        short = min(area.width_cm, area.depth_cm) * self.map.scale
        yield Glow(self.map.at(*_middle(area)), short * 0.5, palette.LAMP, space.light / 3000)
        # Walls throw their shadow on the floor below them, as if the light stood in the south-east.
        x, y = self.map.at(area.x_cm, area.y_cm + area.depth_cm)
        deep = min(7.0, short / 8)
        yield Polygon(box(x, y, area.width_cm * self.map.scale, deep), palette.SHADOW, opacity=0.35)
        yield Polygon(box(x, y, deep, area.depth_cm * self.map.scale), palette.SHADOW, opacity=0.35)

    def _prop(self, prop: Prop) -> Iterator[Shape]:
        corners = self.map.corners(prop.area)
        if prop.height_cm <= _FLAT_CM and not prop.blocks:
            (x, y), area = self.map.at(*_middle(prop.area)), prop.area
            wide, deep = area.width_cm * self.map.scale / 2, area.depth_cm * self.map.scale / 2
            spilt = rough(f"{self.layout.provenance.seed}/{prop.id}", x, y, wide, deep)
            yield Polygon(corners if prop.kind == "rug" else spilt, palette.stain(prop.kind), opacity=0.5)
            return
        shade = 0.06 * self.map.scale * min(prop.height_cm, 220)
        cast = tuple((x + shade * 0.6, y + shade * 0.6) for x, y in corners)
        yield Polygon(cast, palette.SHADOW, opacity=0.4)
        fill = palette.solid(prop.cover)
        yield Polygon(corners, fill, mix(fill, palette.PAPER, 0.35), 1, 1.0 if prop.blocks else 0.55)

    def _gap(self, opening: Opening) -> Iterator[Shape]:
        """The opening in its wall, or the hatch in the floor."""
        x, y, half = opening.at.x_cm, opening.at.y_cm, opening.width_cm // 2
        colour = _leaf(opening)
        if any(_holds(area, x, y) for area in self.areas.values()):
            hatch = self.map.corners(Rectangle(x - half, y - half, 2 * half, 2 * half))
            yield Polygon(hatch, palette.SHADOW, colour, 2)
            yield Line((hatch[0], hatch[2]), colour, 1.4)
            return
        if opening.passable:
            yield Polygon(self.map.corners(navigation.area_of(opening)), palette.THRESHOLD)
        along = (0, half) if opening.at.yaw % 180 == 0 else (half, 0)
        leaf = (self.map.at(x - along[0], y - along[1]), self.map.at(x + along[0], y + along[1]))
        yield Line(leaf, colour, 4 if opening.passable else 3)
        if opening.sight and opening.passable:
            yield Line(leaf, palette.GLASS, 1.2)
        if opening.opens_from is not None:
            yaw = opening.at.yaw if opening.opens_from == opening.joins[0] else opening.at.yaw + 180
            yield from signs.stand(signs.only_out(yaw), *self.map.at(x, y))

    def _lock(self, opening: Opening) -> Iterator[Shape]:
        x, y = self.map.at(opening.at.x_cm, opening.at.y_cm)
        if opening.lock is not None:
            yield from signs.stand(signs.padlock(self.locks.get(opening.lock, palette.BLOOD)), x, y)
        if opening.id == self.layout.entrance:
            tip, foot = y + 10, y + 38
            yield Line(((x, foot), (x, tip)), palette.SPAWNS["player"], 3)
            yield Polygon(((x - 7, tip + 8), (x, tip - 4), (x + 7, tip + 8)), palette.SPAWNS["player"])

    def _sights(self, shown: set[str]) -> Iterator[Shape]:
        middles = {opening.id: opening.at for opening in self.layout.openings}
        for sight in self.layout.sights:
            first, last = sight.spaces
            if not {first, last} <= shown | {OUTSIDE} or len(shown) == 1:
                continue
            ends = [self.map.at(*_middle(self.areas[end])) if end in self.areas else None for end in (first, last)]
            through = [self.map.at(middles[gap].x_cm, middles[gap].y_cm) for gap in sight.through if gap in middles]
            points = tuple(point for point in (ends[0], *through, ends[1]) if point is not None)
            if len(points) > 1:
                yield Line(points, palette.SIGHT, 1.2, 0.5, 5)

    def _mark(self, spaces: tuple[Space, ...], shown: set[str]) -> None:
        """Spawns, keys and names above all else."""
        if len(spaces) == 1:
            for prop in self.layout.props:
                if prop.within in shown:
                    x, y = self.map.at(*_middle(prop.area))
                    self.map.add(self.map.label(x, y, words(prop.kind), 9))
        for spawn in self.layout.spawns:
            if spawn.within in shown:
                spot = self.map.at(spawn.at.x_cm, spawn.at.y_cm)
                self.map.add(*signs.stand(signs.spawn(spawn.kind, spawn.at.yaw), *spot))
        for key in self.layout.keys:
            if key.within in shown:
                self.map.add(*signs.stand(signs.key(self.locks[key.id]), *self.map.at(key.at.x_cm, key.at.y_cm)))
        for space in spaces:
            x, y = self.map.at(*_middle(space.area))
            if len(spaces) > 1:
                self.map.add(self.map.label(x, y, words(space.kind)))
            if space.id == self.layout.goal:
                self.map.add(*signs.stand(signs.star(), x, y - 18))
            elif space.id in self.layout.refuges:
                self.map.add(*signs.stand(signs.refuge(), x, y - 14))


def _leaf(opening: Opening) -> Colour:
    return palette.DOOR if opening.passable and not opening.sight else palette.GLASS


def _lit(colour: Colour, light: int) -> Colour:
    return mix(palette.NIGHT, colour, _BRIGHT + (1 - _BRIGHT) * light / 1000)


def _middle(area: Rectangle) -> tuple[float, float]:
    return area.x_cm + area.width_cm / 2, area.y_cm + area.depth_cm / 2


def _holds(area: Rectangle, x_cm: int, y_cm: int) -> bool:
    return area.x_cm <= x_cm < area.x_cm + area.width_cm and area.y_cm <= y_cm < area.y_cm + area.depth_cm

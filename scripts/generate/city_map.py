"""Cities as maps: streets, blocks and lots, districts, and which house holds them."""

from collections.abc import Iterator

from bodybroker.generation.city.layout import CityLayout, Lot, Street
from bodybroker.generation.entities import Rectangle

from scripts.generate import palette, signs
from scripts.generate.maps import BRIEF, LONG_SIDE, Entry, Map, swatch, words
from scripts.generate.shapes import Circle, Colour, Glow, Line, Polygon, Shape, Sheet, mix

_EDGE_CM = 600
_ROADS: dict[str, Colour] = {"avenue": (118, 108, 92), "street": (88, 84, 80), "alley": (66, 62, 62)}


def city(layout: CityLayout, brief: bool = False) -> Sheet:
    """The whole city; `brief`: small and without a legend."""
    ground = Rectangle(-_EDGE_CM, -_EDGE_CM, layout.width_cm + 2 * _EDGE_CM, layout.depth_cm + 2 * _EDGE_CM)
    drawn = _City(layout, Map(ground, BRIEF if brief else LONG_SIDE))
    drawn.draw()
    subtitle = (
        f"seed {layout.provenance.seed} · {layout.width_cm / 100:g} m by {layout.depth_cm / 100:g} m · "
        f"{len(layout.districts)} districts · {len(layout.blocks)} blocks · {len(layout.lots)} lots · "
        f"version {layout.provenance.generator_version}"
    )
    return drawn.map.sheet("The city by night", subtitle, [] if brief else [*drawn.legend()])


class _City:
    """Draws a city on a map."""

    def __init__(self, layout: CityLayout, ground: Map) -> None:
        self.layout = layout
        self.map = ground
        self.races = {territory.house: territory.race for territory in layout.territories}
        self.held = {district.id: self._colour(district.house) for district in layout.districts}
        self.blocks = {block.id: block for block in layout.blocks}

    def draw(self) -> None:
        """From the ground up."""
        self.map.add(Polygon(self.map.corners(self.map.ground), palette.GROUND))
        for district in self.layout.districts:
            fill = mix(palette.GROUND, self.held[district.id], 0.4)
            self.map.add(Polygon(self.map.corners(district.area), fill))
        for street in sorted(self.layout.streets, key=lambda street: street.width_cm):
            self.map.add(*self._road(street))
        for block in self.layout.blocks:
            fill = mix(palette.WALL, self.held[block.district], 0.25)
            self.map.add(Polygon(self.map.corners(block.area), fill, palette.SHADOW, 0.8))
        for lot in self.layout.lots:
            self.map.add(*self._lot(lot))
        self._fronts()
        self.map.night()
        for district in self.layout.districts:
            x, y = self.map.at(
                district.area.x_cm + district.area.width_cm / 2, district.area.y_cm + district.area.depth_cm / 2
            )
            self.map.add(self.map.label(x, y, district.name, 15))
            self.map.add(self.map.label(x, y + 16, words(district.kind), 11))
            if district.home:
                self.map.add(*signs.stand(signs.star(), x, y - 20))

    def legend(self) -> Iterator[Entry]:
        """Houses, streets, kinds of lots."""
        for territory in self.layout.territories:
            yield Entry(swatch(self._colour(territory.house)), f"{territory.name} ({territory.race})")
        for road in dict.fromkeys(street.kind for street in self.layout.streets):
            yield Entry((Line(((-8, 0), (8, 0)), _ROADS[road], 5),), road)
        yield Entry((Line(((-8, 0), (8, 0)), palette.BLOOD, 2.4),), "front between houses")
        yield Entry(signs.star(7), "the player's district")
        for kind in dict.fromkeys(lot.kind for lot in self.layout.lots):
            yield Entry(swatch(palette.floor(kind)), words(kind))

    def _colour(self, house: str) -> Colour:
        return palette.house(self.races.get(house, house))

    def _road(self, street: Street) -> Iterator[Shape]:
        ends = self._ends(street)
        yield Line(ends, _ROADS[street.kind], max(1.0, street.width_cm * self.map.scale))
        if street.kind == "avenue":
            yield Line(ends, mix(_ROADS["avenue"], palette.PAPER, 0.4), 0.8, 0.7, 6)

    def _ends(self, street: Street) -> tuple[tuple[float, float], ...]:
        junctions = {junction.id: junction.at for junction in self.layout.junctions}
        return tuple(self.map.at(junctions[end].x_cm, junctions[end].y_cm) for end in street.joins)

    def _lot(self, lot: Lot) -> Iterator[Shape]:
        own = self.held[self.blocks[lot.block].district]
        fill = mix(palette.floor(lot.kind), own, 0.2)
        yield Polygon(self.map.corners(lot.area, -40), fill, palette.SHADOW, 0.7)
        door = self.map.at(lot.door.x_cm, lot.door.y_cm)
        yield Glow(door, 9, palette.LAMP, 0.45)
        yield Circle(door, 1.5, palette.LAMP)

    def _fronts(self) -> None:
        fronts = {front for territory in self.layout.territories for front in territory.fronts}
        for street in self.layout.streets:
            if street.id in fronts:
                self.map.add(Line(self._ends(street), palette.BLOOD, 2.4, 0.75))

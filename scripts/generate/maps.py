"""Maps: a piece of ground in cm, north up, with its title, legend and scale."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bodybroker.generation.entities import Rectangle
from bodybroker.kernel.random import Stream

from scripts.generate import palette
from scripts.generate.shapes import At, Circle, Colour, Glow, Line, Polygon, Shape, Sheet, Text, box

LONG_SIDE = 1100
"""The longer side of the ground, in pixels."""
BRIEF = 540
"""The same on contact sheets."""
MARGIN = 36
TITLE_HEIGHT = 78
FOOT_HEIGHT = 54
LEGEND_WIDTH = 276
LEGEND_STEP = 22
_BARS_CM = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True)
class Entry:
    """A line of the legend: shapes around (0, 0), and what they mean."""

    sample: tuple[Shape, ...]
    meaning: str


class Map:
    """Ground of a rectangle in cm, on which shapes are laid one above the other."""

    def __init__(self, ground: Rectangle, long_side: int = LONG_SIDE) -> None:
        self.ground = ground
        self.scale = long_side / max(ground.width_cm, ground.depth_cm)
        self.shapes: list[Shape] = []

    def at(self, x_cm: float, y_cm: float) -> At:
        """Where a spot of the ground lies on the sheet."""
        x = MARGIN + (x_cm - self.ground.x_cm) * self.scale
        y = TITLE_HEIGHT + (self.ground.y_cm + self.ground.depth_cm - y_cm) * self.scale
        return x, y

    def corners(self, area: Rectangle, grow_cm: float = 0) -> tuple[At, ...]:
        """An area, made larger on each side."""
        x, y = self.at(area.x_cm - grow_cm, area.y_cm + area.depth_cm + grow_cm)
        return box(x, y, (area.width_cm + 2 * grow_cm) * self.scale, (area.depth_cm + 2 * grow_cm) * self.scale)

    def label(self, x: float, y: float, text: str, size: float = 12) -> Text:
        """A name around (x, y), moved so far that it stands within the ground."""
        half = len(text) * size * 0.29
        left, right = MARGIN + half + 4, MARGIN + self.ground.width_cm * self.scale - half - 4
        lowest = TITLE_HEIGHT + self.ground.depth_cm * self.scale - size
        x, y = min(max(x, left), max(left, right)), min(max(y, TITLE_HEIGHT + size), lowest)
        return Text((x, y + size / 3), text, size, palette.PAPER, "middle", palette.SHADOW)

    def night(self) -> None:
        """The corners lie in the dark."""
        left, top, width, depth = (
            MARGIN,
            TITLE_HEIGHT,
            self.ground.width_cm * self.scale,
            self.ground.depth_cm * self.scale,
        )
        radius = 0.5 * max(width, depth)
        for x in (left, left + width):
            for y in (top, top + depth):
                self.add(Glow((x, y), radius, palette.SHADOW, 0.6))

    def add(self, *shapes: Shape) -> None:
        """Above what is there."""
        self.shapes += shapes

    def sheet(self, title: str, subtitle: str, legend: Sequence[Entry]) -> Sheet:
        """The map with everything around it."""
        width_px = self.ground.width_cm * self.scale
        depth_px = self.ground.depth_cm * self.scale
        height = max(depth_px, LEGEND_STEP * len(legend) + 10)
        width = round(MARGIN + width_px + (LEGEND_WIDTH if legend else 0) + MARGIN)
        width = max(width, round(2 * MARGIN + len(subtitle) * 6.6))
        total = round(TITLE_HEIGHT + height + FOOT_HEIGHT)
        around = [
            Text((MARGIN, 38), title, 23, palette.PAPER, bold=True),
            Text((MARGIN, 60), subtitle, 13, palette.FAINT),
            *self._scale_bar(TITLE_HEIGHT + depth_px + 24),
            *_legend(MARGIN + width_px + 30, TITLE_HEIGHT + 14, legend),
        ]
        frame = Polygon(box(MARGIN, TITLE_HEIGHT, width_px, depth_px), None, palette.WALL_EDGE, 1.2)
        # What reaches over the edge of the ground is covered by the sheet again.
        right, below = MARGIN + width_px, TITLE_HEIGHT + depth_px
        edges = (
            box(0, 0, width, TITLE_HEIGHT),
            box(0, below, width, total - below),
            box(0, 0, MARGIN, total),
            box(right, 0, width - right, total),
        )
        mats = [Polygon(edge, palette.NIGHT) for edge in edges]
        return Sheet(width, total, palette.NIGHT, (*self.shapes, *mats, frame, *around))

    def _scale_bar(self, y: float) -> Iterable[Shape]:
        """As long as a round number of metres, about a fifth of the ground."""
        wanted = self.ground.width_cm / 5
        length_cm = max((bar for bar in _BARS_CM if bar <= wanted), default=_BARS_CM[0])
        length = length_cm * self.scale
        for i, (begin, end) in enumerate(pairwise(length * part / 4 for part in range(5))):
            fill = palette.PAPER if i % 2 == 0 else palette.NIGHT
            yield Polygon(box(MARGIN + begin, y, end - begin, 6), fill, palette.PAPER, 0.8)
        yield Text((MARGIN + length + 10, y + 8), f"{length_cm // 100} m", 12, palette.PAPER)
        x = MARGIN + self.ground.width_cm * self.scale - 10
        yield Polygon(((x, y - 6), (x - 5, y + 9), (x, y + 5), (x + 5, y + 9)), palette.PAPER)
        yield Text((x - 10, y + 8), "N", 12, palette.PAPER, anchor="end")


def _legend(x: float, y: float, entries: Sequence[Entry]) -> Iterable[Shape]:
    for i, entry in enumerate(entries):
        row = y + i * LEGEND_STEP
        for shape in entry.sample:
            yield moved(shape, x, row)
        yield Text((x + 22, row + 4), entry.meaning, 12, palette.PAPER)


def moved(shape: Shape, x: float, y: float) -> Shape:
    """The shape that stands at (0, 0), elsewhere."""
    match shape:
        case Polygon(points, fill, stroke, width, opacity):
            return Polygon(_moved(points, x, y), fill, stroke, width, opacity)
        case Line(points, line, width, opacity, dash):
            return Line(_moved(points, x, y), line, width, opacity, dash)
        case Circle((cx, cy), radius, fill, stroke, width, opacity):
            return Circle((cx + x, cy + y), radius, fill, stroke, width, opacity)
        case Glow((cx, cy), radius, colour, opacity):
            return Glow((cx + x, cy + y), radius, colour, opacity)
        case Text((tx, ty), text, size, colour, anchor, halo, bold):
            return Text((tx + x, ty + y), text, size, colour, anchor, halo, bold)
    raise TypeError(f"no legend shows {type(shape).__name__}")


def _moved(points: tuple[At, ...], x: float, y: float) -> tuple[At, ...]:
    return tuple((px + x, py + y) for px, py in points)


def rough(name: str, x: float, y: float, wide: float, deep: float) -> tuple[At, ...]:
    """An outline with rough edges around (x, y), its own for each name."""
    edge = Stream(0, name)
    reach = [edge.between(72, 106) / 100 for _ in range(9)]
    turns = [2 * math.pi * i / len(reach) for i in range(len(reach))]
    return tuple((x + wide * r * math.cos(a), y + deep * r * math.sin(a)) for r, a in zip(reach, turns, strict=True))


def swatch(fill: Colour, stroke: Colour | None = None) -> tuple[Shape, ...]:
    """A sample of a filled area."""
    return (Polygon(box(-8, -6, 16, 12), fill, stroke or palette.WALL_EDGE, 0.8),)


def words(kind: str) -> str:
    """A kind as people read it."""
    return kind.replace("_", " ")

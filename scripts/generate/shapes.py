"""What drawings are made of. In pixels, x to the right, y down; the two writers (`svg`, `png`) draw the same."""

from dataclasses import dataclass
from typing import Literal

Colour = tuple[int, int, int]
At = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled area, with an outline where `stroke` is given. Opacity from 0 to 1."""

    points: tuple[At, ...]
    fill: Colour | None
    stroke: Colour | None = None
    width: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; `dash` is the length of dashes and of the gaps between them (0: none)."""

    points: tuple[At, ...]
    stroke: Colour
    width: float = 1.0
    opacity: float = 1.0
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc, or a ring where there is no fill."""

    at: At
    radius: float
    fill: Colour | None
    stroke: Colour | None = None
    width: float = 1.0
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Glow:
    """Light that fades from a middle to nothing at `radius`."""

    at: At
    radius: float
    colour: Colour
    opacity: float


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text whose baseline stands at `at`; `halo` is drawn around the letters."""

    at: At
    text: str
    size: float
    colour: Colour
    anchor: Anchor = "start"
    halo: Colour | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as rows of red, green, blue from the top, stretched over an area."""

    at: At
    width: float
    height: float
    columns: int
    rows: int
    rgb: bytes


Shape = Polygon | Line | Circle | Glow | Text | Picture


@dataclass(frozen=True)
class Sheet:
    """A finished drawing."""

    width: int
    height: int
    background: Colour
    shapes: tuple[Shape, ...]


def box(x: float, y: float, width: float, height: float) -> tuple[At, ...]:
    """The corners of a rectangle."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`share` of b in a."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )

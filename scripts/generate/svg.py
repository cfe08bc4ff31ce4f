"""A sheet as SVG 1.1: plain text that every browser and editor of vectors reads."""

import base64
import io
from collections.abc import Iterator
from xml.sax.saxutils import escape

from PIL import Image

from scripts.generate.shapes import At, Circle, Colour, Glow, Line, Picture, Polygon, Shape, Sheet, Text

FONT = "Georgia, 'DejaVu Serif', serif"


def write(sheet: Sheet) -> str:
    """The document."""
    size = f'width="{sheet.width}" height="{sheet.height}" viewBox="0 0 {sheet.width} {sheet.height}"'
    glows = sorted({glow.colour for glow in sheet.shapes if isinstance(glow, Glow)})
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">',
            "<defs>",
            *(_gradient(colour) for colour in glows),
            "</defs>",
            f'<rect width="{sheet.width}" height="{sheet.height}" fill="{_hex(sheet.background)}"/>',
            *(_element(shape) for shape in sheet.shapes),
            "</svg>\n",
        ]
    )


def _element(shape: Shape) -> str:
    match shape:
        case Polygon():
            return f'<polygon points="{_points(shape.points)}" {" ".join(_paint(shape))}/>'
        case Line():
            dash = f' stroke-dasharray="{_n(shape.dash)}"' if shape.dash else ""
            return (
                f'<polyline points="{_points(shape.points)}" fill="none" stroke="{_hex(shape.stroke)}" '
                f'stroke-width="{_n(shape.width)}" stroke-linecap="round" stroke-linejoin="round" '
                f'opacity="{_n(shape.opacity)}"{dash}/>'
            )
        case Circle():
            x, y = shape.at
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(shape.radius)}" {" ".join(_paint(shape))}/>'
        case Glow():
            x, y = shape.at
            paint = f'fill="url(#{_gradient_id(shape.colour)})" opacity="{_n(shape.opacity)}"'
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(shape.radius)}" {paint}/>'
        case Text():
            return _text(shape)
        case Picture():
            return _picture(shape)


def _paint(shape: Polygon | Circle) -> Iterator[str]:
    yield f'fill="{_hex(shape.fill) if shape.fill else "none"}"'
    if shape.stroke:
        yield f'stroke="{_hex(shape.stroke)}" stroke-width="{_n(shape.width)}"'
    if shape.opacity < 1:
        yield f'opacity="{_n(shape.opacity)}"'


def _text(text: Text) -> str:
    x, y = text.at
    halo = f' stroke="{_hex(text.halo)}" stroke-width="3" paint-order="stroke"' if text.halo else ""
    weight = ' font-weight="bold"' if text.bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(text.size)}" fill="{_hex(text.colour)}" '
        f'text-anchor="{text.anchor}"{halo}{weight}>{escape(text.text)}</text>'
    )


def _picture(picture: Picture) -> str:
    data = io.BytesIO()
    Image.frombytes("RGB", (picture.columns, picture.rows), picture.rgb).save(data, "PNG")
    x, y = picture.at
    return (
        f'<image x="{_n(x)}" y="{_n(y)}" width="{_n(picture.width)}" height="{_n(picture.height)}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"/>'
    )


def _gradient(colour: Colour) -> str:
    stops = (
        f'<stop offset="0" stop-color="{_hex(colour)}"/><stop offset="1" stop-color="{_hex(colour)}" stop-opacity="0"/>'
    )
    return f'<radialGradient id="{_gradient_id(colour)}">{stops}</radialGradient>'


def _gradient_id(colour: Colour) -> str:
    return f"glow{_hex(colour)[1:]}"


def _points(points: tuple[At, ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")

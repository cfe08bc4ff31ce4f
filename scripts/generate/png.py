"""A sheet as a picture, by Pillow: drawn at twice the size and made smaller, so that edges are smooth."""

import math
from functools import cache
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from scripts.generate.shapes import At, Circle, Glow, Line, Picture, Polygon, Shape, Sheet, Text

SCALE = 2
"""How much larger it is drawn."""


def render(sheet: Sheet) -> Image.Image:
    """The picture, in red, green and blue."""
    size = (sheet.width * SCALE, sheet.height * SCALE)
    canvas = Image.new("RGB", size, sheet.background)
    for shape in sheet.shapes:
        _draw(canvas, shape)
    return canvas.resize((sheet.width, sheet.height), Image.Resampling.LANCZOS)


def _draw(canvas: Image.Image, shape: Shape) -> None:
    match shape:
        case Picture():
            picture = Image.frombytes("RGB", (shape.columns, shape.rows), shape.rgb)
            size = (max(1, round(shape.width * SCALE)), max(1, round(shape.height * SCALE)))
            canvas.paste(
                picture.resize(size, Image.Resampling.BICUBIC), (round(shape.at[0] * SCALE), round(shape.at[1] * SCALE))
            )
        case Glow():
            _glow(canvas, shape)
        case Text():
            _text(canvas, shape)
        case Line() if shape.opacity < 1 and not shape.dash:
            _veil(canvas, shape)
        case Polygon() | Line() | Circle():
            # Pillow mixes colours only where the brush itself is told to: in mode RGBA on a picture of RGB.
            brush = ImageDraw.Draw(canvas, "RGBA")
            _plain(brush, shape)


def _plain(brush: ImageDraw.ImageDraw, shape: Polygon | Line | Circle) -> None:
    alpha = round(255 * shape.opacity)
    width = max(1, round(shape.width * SCALE))
    stroke = (*shape.stroke, alpha) if shape.stroke else None
    if isinstance(shape, Line):
        for piece in _dashes(_scaled(shape.points), shape.dash * SCALE):
            brush.line(piece, fill=stroke, width=width, joint="curve")
    elif isinstance(shape, Circle):
        (x, y), radius = _scaled((shape.at,))[0], shape.radius * SCALE
        fill = (*shape.fill, alpha) if shape.fill else None
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=stroke, width=width)
    else:
        points = _scaled(shape.points)
        if shape.fill:
            brush.polygon(points, fill=(*shape.fill, alpha))
        if stroke:
            brush.line([*points, points[0], points[1]], fill=stroke, width=width, joint="curve")


def _veil(canvas: Image.Image, line: Line) -> None:
    """A line that one sees through, as thick at its bends as between them."""
    points, width = _scaled(line.points), max(1, round(line.width * SCALE))
    left, top = (math.floor(min(axis)) - width for axis in zip(*points, strict=True))
    right, bottom = (math.ceil(max(axis)) + width for axis in zip(*points, strict=True))
    mask = Image.new("L", (right - left, bottom - top))
    moved = [(x - left, y - top) for x, y in points]
    ImageDraw.Draw(mask).line(moved, fill=round(255 * line.opacity), width=width, joint="curve")
    canvas.paste(Image.new("RGB", mask.size, line.stroke), (left, top), mask)


def _dashes(points: list[At], length: float) -> list[list[At]]:
    """The line cut into dashes, gaps as long as they are."""
    if not length:
        return [points]
    pieces: list[list[At]] = []
    for (ax, ay), (bx, by) in pairwise(points):
        whole = math.hypot(bx - ax, by - ay)
        for i in range(0, math.ceil(whole / length), 2):
            begin, end = i * length / whole, min(1.0, (i + 1) * length / whole)
            pieces.append([(ax + (bx - ax) * t, ay + (by - ay) * t) for t in (begin, end)])
    return pieces


def _glow(canvas: Image.Image, glow: Glow) -> None:
    radius = max(1, round(glow.radius * SCALE))
    mask = _fading().resize((2 * radius, 2 * radius)).point(lambda value: round(value * glow.opacity))
    corner = (round(glow.at[0] * SCALE) - radius, round(glow.at[1] * SCALE) - radius)
    canvas.paste(Image.new("RGB", mask.size, glow.colour), corner, mask)


@cache
def _fading() -> Image.Image:
    """From white in the middle to black at the rim."""
    return Image.radial_gradient("L").point(lambda value: max(0, 255 - round(value * math.sqrt(2))))


def _text(canvas: Image.Image, text: Text) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[text.anchor]
    ImageDraw.Draw(canvas).text(
        _scaled((text.at,))[0],
        text.text,
        fill=text.colour,
        font=_font(round(text.size * SCALE), text.bold),
        anchor=anchor,
        stroke_width=round(1.5 * SCALE) if text.halo else 0,
        stroke_fill=text.halo,
    )


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    from matplotlib import font_manager  # it brings DejaVu along, the same letters on every machine

    path = font_manager.findfont(
        font_manager.FontProperties(family="DejaVu Serif", weight="bold" if bold else "normal")
    )
    return ImageFont.truetype(path, size)


def _scaled(points: tuple[At, ...]) -> list[At]:
    return [(x * SCALE, y * SCALE) for x, y in points]

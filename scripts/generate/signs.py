"""The signs of the maps, around (0, 0) in pixels: spawns, locks, keys, stars."""

import math

from scripts.generate import palette
from scripts.generate.maps import moved
from scripts.generate.shapes import Circle, Colour, Line, Polygon, Shape, box


def spawn(kind: str, yaw: int, size: float = 6) -> tuple[Shape, ...]:
    """Where something appears, and where it looks: `yaw` in degrees, counter-clockwise, 0 to the east."""
    colour = palette.SPAWNS.get(kind, palette.PAPER)
    if kind == "item":
        return (Polygon(((0, -size), (size, 0), (0, size), (-size, 0)), colour, palette.SHADOW, 1),)
    angle = math.radians(yaw)
    ahead = (math.cos(angle) * size * 2, -math.sin(angle) * size * 2)
    look = Line(((0, 0), ahead), colour, 1.8)
    if kind == "patrol":
        return look, Polygon(box(-size * 0.8, -size * 0.8, size * 1.6, size * 1.6), colour, palette.SHADOW, 1)
    return look, Circle((0, 0), size, colour, palette.SHADOW, 1)


def padlock(colour: Colour, size: float = 7) -> tuple[Shape, ...]:
    """A lock."""
    return (
        Circle((0, -size * 0.35), size * 0.55, None, palette.SHADOW, size * 0.55),
        Circle((0, -size * 0.35), size * 0.55, None, colour, size * 0.28),
        Polygon(box(-size * 0.8, -size * 0.3, size * 1.6, size * 1.2), colour, palette.SHADOW, 1),
        Circle((0, size * 0.25), size * 0.2, palette.SHADOW),
    )


def key(colour: Colour, size: float = 7) -> tuple[Shape, ...]:
    """A key."""
    teeth = ((size * 1.1, 0), (size * 1.1, size * 0.5))
    shaft = ((-size * 0.2, 0), (size * 1.4, 0), (size * 1.4, size * 0.55))
    strokes = [(palette.SHADOW, size * 0.6), (colour, size * 0.3)]
    return tuple(
        shape
        for stroke, width in strokes
        for shape in (
            Circle((-size * 0.7, 0), size * 0.5, None, stroke, width),
            Line(shaft, stroke, width),
            Line(teeth, stroke, width),
        )
    )


def only_out(yaw: int, size: float = 6) -> tuple[Shape, ...]:
    """A door that opens from one side, and which way it lets one go: `yaw` in degrees, counter-clockwise."""
    turn = math.radians(yaw)
    spots = [(size * 1.5, 0.0), (-size * 0.4, size * 0.8), (-size * 0.4, -size * 0.8)]
    points = tuple(
        (x * math.cos(turn) + y * math.sin(turn), -x * math.sin(turn) + y * math.cos(turn)) for x, y in spots
    )
    return (Polygon(points, palette.SPAWNS["player"], palette.SHADOW, 1),)


def star(size: float = 8) -> tuple[Shape, ...]:
    """What a building protects."""
    points = []
    for i in range(10):
        radius, angle = size * (1 if i % 2 == 0 else 0.42), math.pi * i / 5 - math.pi / 2
        points.append((radius * math.cos(angle), radius * math.sin(angle)))
    return (Polygon(tuple(points), palette.BLOOD, palette.PAPER, 1),)


def refuge(size: float = 6) -> tuple[Shape, ...]:
    """A room that one can flee from by two ways."""
    up = (
        (-size, size * 0.5),
        (-size * 0.4, -size * 0.5),
        (0, size * 0.5),
        (size * 0.4, -size * 0.5),
        (size, size * 0.5),
    )
    return (Line(up, palette.SHADOW, 4), Line(up, palette.SPAWNS["player"], 1.8))


def stand(shapes: tuple[Shape, ...], x: float, y: float) -> tuple[Shape, ...]:
    """A sign at its place."""
    return tuple(moved(shape, x, y) for shape in shapes)

"""A monster as a card: its shape against a ruler, its stats as a star, what it can do and wants."""

import math
from collections.abc import Iterator

from bodybroker.generation.monsters import Body, Monster

from scripts.generate import palette
from scripts.generate.maps import words
from scripts.generate.shapes import At, Circle, Colour, Glow, Line, Polygon, Shape, Sheet, Text, box, mix

WIDTH, HEIGHT = 730, 430
_FEET = 384
_PX_PER_CM = 1.35
_RULER_CM = 220
_STATS = ("aggression", "intelligence", "charisma", "survival", "loyalty")
_LONGEST = 46
"""Letters in a line of text."""


def monster(made: Monster, brief: bool = False) -> Sheet:
    """The card, which is as small as it gets."""
    del brief
    colour = palette.house(made.race)
    origin = f"{words(made.culture)}, " if made.culture else ""
    subtitle = f"{made.tier} {made.race} · {origin}{words(made.body.build)} · {', '.join(map(words, made.traits))}"
    shapes = (
        *_figure(made.body, colour, 130),
        *_star(made, (300, 190), 74, colour),
        *_text(made),
        Text((26, 36), made.name, 22, palette.PAPER, bold=True),
        Text((26, 57), subtitle, 12, palette.FAINT),
        Polygon(box(6, 6, WIDTH - 12, HEIGHT - 12), None, colour, 1.5),
    )
    return Sheet(WIDTH, HEIGHT, palette.NIGHT, shapes)


def _figure(body: Body, colour: Colour, x: float) -> Iterator[Shape]:
    """A shape as tall and as broad as it is, before its own light."""
    tall = body.height_cm * _PX_PER_CM
    head = tall * 0.075
    # A person of 70 kg and 175 cm is about 46 cm broad; breadth goes with the root of mass by height.
    broad = 46 * _PX_PER_CM / 2 * math.sqrt(body.mass_kg / body.height_cm / 0.4)
    top = _FEET - tall
    yield Glow((x, _FEET - tall * 0.6), tall * 0.75, colour, 0.5)
    for cm in range(0, _RULER_CM + 1, 20):
        y = _FEET - cm * _PX_PER_CM
        yield Line(((30, y), (38 if cm % 100 else 46, y)), palette.FAINT, 1)
    yield Line(((30, _FEET), (230, _FEET)), palette.FAINT, 1)
    shoulders, hips, knees = top + tall * 0.19, top + tall * 0.52, top + tall * 0.76
    side = [
        (0.28, top + tall * 0.15),
        (1.0, shoulders),
        (1.08, hips),
        (0.82, hips - tall * 0.04),
        (0.7, shoulders + tall * 0.12),
    ]
    side += [(0.62, hips), (0.55, knees), (0.5, _FEET), (0.14, _FEET), (0.1, hips + tall * 0.05)]
    right = [(x + part * broad, y) for part, y in side]
    left = [(x - part * broad, y) for part, y in reversed(side)]
    dark = mix(palette.SHADOW, colour, 0.16)
    yield Polygon((*right, *left), dark, mix(dark, colour, 0.5), 1.2)
    yield Circle((x, top + head), head, dark, mix(dark, colour, 0.5), 1.2)
    for eye in (-1, 1):
        spot = (x + eye * head * 0.36, top + head * 0.95)
        yield Glow(spot, head * 0.7, palette.LAMP, 0.8)
        yield Circle(spot, head * 0.12, palette.LAMP)
    yield Text((x, _FEET + 18), f"{body.height_cm} cm, {body.mass_kg} kg", 11, palette.FAINT, "middle")


def _star(made: Monster, middle: At, radius: float, colour: Colour) -> Iterator[Shape]:
    """Its five stats, 0 in the middle and 100 on the rim."""
    for share in (0.25, 0.5, 0.75, 1.0):
        ring = tuple(_spoke(middle, radius * share, i) for i in range(len(_STATS)))
        yield Line((*ring, ring[0]), palette.WALL, 0.8)
    points = tuple(_spoke(middle, radius * getattr(made.guide, stat) / 100, i) for i, stat in enumerate(_STATS))
    yield Polygon(points, colour, palette.PAPER, 1.2, 0.6)
    for i, stat in enumerate(_STATS):
        x, y = _spoke(middle, radius + 14, i)
        yield Text((x, y + 4), f"{stat} {getattr(made.guide, stat)}", 9, palette.PAPER, "middle")


def _spoke(middle: At, length: float, i: int) -> At:
    angle = 2 * math.pi * i / len(_STATS) - math.pi / 2
    return middle[0] + length * math.cos(angle), middle[1] + length * math.sin(angle)


def _text(made: Monster) -> Iterator[Shape]:
    body = made.body
    left = [
        f"health {body.health}, armour {body.armour}, {body.speed_cm_per_s / 100:g} m/s",
        f"sees {body.sight_cm // 100} m, hears {body.hearing_cm // 100} m, smells {body.smell_cm // 100} m",
    ]
    for i, line in enumerate(left):
        yield Text((218, 306 + 17 * i), line, 11, palette.PAPER)
    rows: list[tuple[str, Colour]] = [("can", palette.FAINT)]
    rows += [
        (f"{words(ability.name)} · {ability.kind} {ability.power}{_reach(ability.range_cm)}", palette.PAPER)
        for ability in made.abilities
    ]
    rows += [("wants to", palette.FAINT), *((goal, palette.PAPER) for goal in made.goals)]
    rows += [("craves", palette.FAINT), (", ".join(made.appetites), palette.PAPER)]
    rows += [("known by", palette.FAINT), *((mark, palette.PAPER) for mark in body.marks)]
    for i, (line, colour) in enumerate(rows):
        shown = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
        yield Text((432, 92 + 17 * i), shown, 11, colour)


def _reach(range_cm: int) -> str:
    return f", {range_cm / 100:g} m" if range_cm else ""

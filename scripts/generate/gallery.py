"""`make gallery`: a contact sheet per generator in build/gallery, kinds in rows and seeds in columns."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from scripts.generate import building_map, generators, palette, png
from scripts.generate.generators import Generator
from scripts.generate.maps import words
from scripts.generate.shapes import Sheet, Text

OUT = Path("build") / "gallery"
GAP = 14
HEAD = 64
"""Pixels between drawings, and for the title of the sheet."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the sheets and prints where they are."""
    parser = argparse.ArgumentParser(prog="make gallery", description=__doc__)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=4, help="how many of each kind")
    parser.add_argument("--only", nargs="*", help="which generators, such as building")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    seeds = range(asked.first, asked.first + asked.seeds)
    known = generators.load()
    drawings = {name: partial(rows, generator, seeds) for name, generator in known.items()}
    drawings["room"] = partial(rooms, known["building"], seeds)
    for name in asked.only or drawings:
        path = asked.out / f"{name}.png"
        contact_sheet(name, drawings[name]()).save(path)
        print(path)
    return 0


def rows(generator: Generator, seeds: Sequence[int]) -> list[list[Sheet]]:
    """The drawings, one row per kind."""
    return [[generator.draw(generator.make(kind, seed), brief=True) for seed in seeds] for kind in generator.kinds]


def rooms(generator: Generator, seeds: Sequence[int]) -> list[list[Sheet]]:
    """The room that each building protects, one row per kind of building."""
    return [[building_map.room(generator.make(kind, seed), brief=True) for seed in seeds] for kind in generator.kinds]


def contact_sheet(title: str, drawings: Sequence[Sequence[Sheet]]) -> Image.Image:
    """Drawings side by side: each column as wide as its widest, each row as high as its highest."""
    images = [[png.render(sheet) for sheet in row] for row in drawings]
    widths = [max(image.width for image in column) for column in zip(*images, strict=True)]
    heights = [max(image.height for image in row) for row in images]
    width = GAP + sum(width + GAP for width in widths)
    head = png.render(
        Sheet(width, HEAD, palette.NIGHT, (Text((GAP * 2, 46), words(title), 30, palette.PAPER, bold=True),))
    )
    sheet = Image.new("RGB", (width, HEAD + sum(height + GAP for height in heights)), palette.NIGHT)
    sheet.paste(head, (0, 0))
    top = HEAD
    for row, height in zip(images, heights, strict=True):
        left = GAP
        for image, column in zip(row, widths, strict=True):
            sheet.paste(image, (left, top))
            left += column + GAP
        top += height + GAP
    return sheet


if __name__ == "__main__":
    sys.exit(main())

"""The ground while it is being made: which cells are kept free, which are taken, and what stands where."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import LocalId, Prop
from bodybroker.generation.terrain.rules import Ground, TerrainRules, Thing
from bodybroker.kernel.random import Stream

Array = Any
"""A numpy array; of shape (rows, columns) where it has something per cell."""


@dataclass
class Canvas:
    """Per cell: `free` must stay so that everything can be reached; something stands on what is `taken`, and nobody
    walks on what is `blocked`. Something large will be built where it is `planned`. There is water where it is `wet`.

    `height` in cm, `moisture` per mille, `depth` of water in cm, `surface` as letters' codes, `cover` behind which one
    can hide, `tall` what blocks the view, in cm.
    """

    seed: int
    rules: TerrainRules
    ground: Ground
    columns: int
    rows: int
    height: Array
    moisture: Array
    depth: Array
    wet: Array = field(init=False)
    free: Array = field(init=False)
    taken: Array = field(init=False)
    blocked: Array = field(init=False)
    planned: Array = field(init=False)
    cover: Array = field(init=False)
    tall: Array = field(init=False)
    surface: Array = field(init=False)
    props: list[Prop] = field(default_factory=list)

    def __post_init__(self) -> None:
        shape = (self.rows, self.columns)
        self.wet = self.depth > 0
        masks = (np.zeros(shape, np.bool_) for _ in range(5))
        self.free, self.taken, self.blocked, self.planned, self.cover = masks
        self.tall = np.zeros(shape, np.int32)
        self.surface = np.zeros(shape, np.uint8)

    @property
    def width_cm(self) -> int:
        """From west to east."""
        return self.columns * self.rules.cell_cm

    @property
    def depth_cm(self) -> int:
        """From south to north."""
        return self.rows * self.rules.cell_cm

    def middles(self) -> tuple[Array, Array]:
        """The middles of cells: x per column, and y per row, as a column."""
        cell = self.rules.cell_cm
        x, y = (np.arange(count) * cell + cell // 2 for count in (self.columns, self.rows))
        return x, y[:, None]

    def cells(self, area: Rectangle) -> tuple[slice, slice]:
        """The cells that an area touches."""
        cell = self.rules.cell_cm
        last_x, last_y = area.x_cm + area.width_cm - 1, area.y_cm + area.depth_cm - 1
        return slice(area.y_cm // cell, last_y // cell + 1), slice(area.x_cm // cell, last_x // cell + 1)

    def fits(self, area: Rectangle, among: Array | None = None) -> bool:
        """Whether something may stand there: on dry ground of its own, off the `free` cells (or only those `among`)."""
        if area.x_cm < 0 or area.y_cm < 0 or area.x_cm + area.width_cm > self.width_cm:
            return False
        if area.y_cm + area.depth_cm > self.depth_cm:
            return False
        where = self.cells(area)
        free = self.free if among is None else among
        return not any(np.count_nonzero(mask[where]) for mask in (self.taken, self.wet, free))

    def put(self, thing: Thing, area: Rectangle, yaw: int, height_cm: int, within: LocalId) -> None:
        """Let `thing` stand there."""
        self.mark(thing, self.cells(area), height_cm)
        self.add(thing, area, yaw, height_cm, within)

    def mark(self, thing: Thing, where: Any, height_cm: Any) -> None:
        """Take the cells for `thing`."""
        self.taken[where] = True
        if thing.blocks:
            self.blocked[where] = True
        if thing.cover != "none":
            self.cover[where] = True
        if thing.cover == "full":
            self.tall[where] = np.maximum(self.tall[where], height_cm)

    def add(self, thing: Thing, area: Rectangle, yaw: int, height_cm: int, within: LocalId) -> None:
        """Note that `thing` stands there; its cells are marked already."""
        number = f"t{len(self.props) + 1}"
        self.props.append(Prop(number, thing.kind, within, area, yaw, height_cm, thing.blocks, thing.cover))


def cut(thing: Thing, stream: Stream) -> tuple[int, int, int, int]:
    """A thing's size and how it is turned: width, depth and height in cm, and yaw. A quarter turn swaps its sides."""
    width, depth = thing.width_cm.draw(stream), thing.depth_cm.draw(stream)
    height = thing.height_cm.draw(stream)
    if thing.turns == "square" and stream.below(2):
        return depth, width, height, 90
    return width, depth, height, stream.below(360) if thing.turns == "free" else 0


def grown(mask: Array, cells: int = 1) -> Array:
    """A mask and all the cells around it, also diagonally, so many times."""
    for _ in range(cells):
        wide = mask.copy()
        wide[1:] |= mask[:-1]
        wide[:-1] |= mask[1:]
        mask = wide.copy()
        mask[:, 1:] |= wide[:, :-1]
        mask[:, :-1] |= wide[:, 1:]
    return mask

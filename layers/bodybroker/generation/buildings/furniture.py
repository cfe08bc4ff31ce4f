"""What stands in a room: along its walls, in its corners, in rows, in its middle. Nothing ever cuts a way."""

from collections.abc import Iterator
from dataclasses import dataclass

from bodybroker.generation.buildings.floors import Floor
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import Catalogue, Furniture, PropRule, cells
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM
from bodybroker.kernel.random import Stream

_CELLS_PER_M2 = 10_000 // CELL_CM**2

_TRIES = 5
"""Places that are tried before a bank is left out."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A prop where it stands: its exact footprint in cm; `yaw` is where its front looks."""

    kind: str
    rule: PropRule
    room: Room
    area: Rectangle
    yaw: int


@dataclass(frozen=True, slots=True)
class Bank:
    """Props of one kind side by side, with what stands in front of each; sizes in cells, the front to the south."""

    kind: str
    rule: PropRule
    count: int
    beside: str | None
    front: PropRule | None

    @property
    def width(self) -> int:
        """Cells from side to side."""
        return cells(self.count * self.rule.width_cm)

    @property
    def depth(self) -> int:
        """Cells from back to front."""
        return cells(self.rule.depth_cm) + (cells(self.front.depth_cm) if self.front else 0)


def furnish(room: Room, floor: Floor, catalogue: Catalogue, stream: Stream) -> list[Stand]:
    """Puts into the room what its plan says, in that order, as far as there is space."""
    stands: list[Stand] = []
    for item in room.plan.furniture:
        left = item.count.draw(stream)
        if item.every_m2 is not None:
            left += room.width * room.depth // (item.every_m2 * _CELLS_PER_M2)
        if left == 0:
            continue
        if not catalogue.props[item.prop].blocks:
            stands += _scatter(room, item, left, catalogue, stream)
            continue
        for bank, x, y, yaw in _spots(room, item, left, floor, catalogue, stream):
            stands += _set_down(room, bank, x, y, yaw, floor)
    return stands


def _spots(
    room: Room, item: Furniture, left: int, floor: Floor, catalogue: Catalogue, stream: Stream
) -> Iterator[tuple[Bank, int, int, int]]:
    """Banks until `left` props stand or nothing fits: each with its south-west cell and its yaw."""
    if item.where == "rows":
        yield from _rows(room, item, left, floor, catalogue, stream)
        return
    while left > 0:
        bank = _bank(item, min(item.bank.draw(stream), left), catalogue)
        spot = _spot(room, item, bank, floor, stream)
        if spot is None:
            return
        yield bank, *spot
        left -= bank.count


def _bank(item: Furniture, count: int, catalogue: Catalogue) -> Bank:
    front = catalogue.props[item.beside] if item.beside else None
    return Bank(item.prop, catalogue.props[item.prop], count, item.beside, front)


def _spot(room: Room, item: Furniture, bank: Bank, floor: Floor, stream: Stream) -> tuple[int, int, int] | None:
    for _ in range(_TRIES):
        yaw = stream.below(4) * 90
        width, depth = (bank.width, bank.depth) if yaw in (90, 270) else (bank.depth, bank.width)
        spare_x, spare_y = room.width - width, room.depth - depth
        if spare_x < 0 or spare_y < 0:
            continue
        if item.where == "wall":
            x, y = _at_wall(spare_x, spare_y, yaw, stream.below(spare_x + 1), stream.below(spare_y + 1))
        elif item.where == "corner":
            x, y = _at_wall(spare_x, spare_y, yaw, stream.below(2) * spare_x, stream.below(2) * spare_y)
        elif spare_x < 2 or spare_y < 2:
            continue
        elif item.where == "middle":
            x, y = spare_x // 2, spare_y // 2
        else:
            x, y = stream.between(1, spare_x - 1), stream.between(1, spare_y - 1)
        if floor.fits(room, room.x + x, room.y + y, width, depth):
            return room.x + x, room.y + y, yaw
    return None


def _at_wall(spare_x: int, spare_y: int, yaw: int, x: int, y: int) -> tuple[int, int]:
    """With its back to a wall, so that its front looks away from it."""
    if yaw in (90, 270):
        return x, 0 if yaw == 90 else spare_y
    return (0 if yaw == 0 else spare_x), y


def _rows(
    room: Room, item: Furniture, left: int, floor: Floor, catalogue: Catalogue, stream: Stream
) -> Iterator[tuple[Bank, int, int, int]]:
    """Banks in rows with aisles between them, in the middle of the room, their fronts to the same side."""
    bank = _bank(item, min(item.bank.draw(stream), left), catalogue)
    yaw = 90 * stream.below(2)
    width, depth = (bank.width, bank.depth) if yaw == 90 else (bank.depth, bank.width)
    aisle = item.aisle_cells
    columns, lines = (room.width - 2 + aisle) // (width + aisle), (room.depth - 2 + aisle) // (depth + aisle)
    if columns < 1 or lines < 1:
        return
    while columns * lines * bank.count >= left + bank.count * max(min(columns, lines), 1) and max(columns, lines) > 1:
        if columns >= lines:
            columns -= 1
        else:
            lines -= 1
    first_x = room.x + (room.width - columns * (width + aisle) + aisle) // 2
    first_y = room.y + (room.depth - lines * (depth + aisle) + aisle) // 2
    for line in range(lines):
        for column in range(columns):
            x, y = first_x + column * (width + aisle), first_y + line * (depth + aisle)
            if left > 0 and floor.fits(room, x, y, width, depth):
                yield bank, x, y, yaw
                left -= bank.count


def _set_down(room: Room, bank: Bank, x: int, y: int, yaw: int, floor: Floor) -> Iterator[Stand]:
    """The props of a bank whose south-west cell is (x, y); their backs stand flush, the rest is left at both ends."""
    own = cells(bank.rule.depth_cm)
    spare = (bank.width * CELL_CM - bank.count * bank.rule.width_cm) // 2
    for i in range(bank.count):
        start = spare + i * bank.rule.width_cm
        area = _turned(bank, x, y, yaw, start, 0, bank.rule.width_cm, bank.rule.depth_cm)
        yield Stand(bank.kind, bank.rule, room, area, yaw)
        if bank.front is not None and bank.beside is not None:
            width = bank.front.width_cm
            middle = (start + (bank.rule.width_cm - width) // 2) // CELL_CM * CELL_CM
            area = _turned(bank, x, y, yaw, middle, own * CELL_CM, width, bank.front.depth_cm)
            yield Stand(bank.beside, bank.front, room, area, (yaw + 180) % 360)
            if bank.front.blocks:
                _block(floor, area)
    back = _turned(bank, x, y, yaw, 0, 0, bank.width * CELL_CM, own * CELL_CM)
    _block(floor, back)


def _turned(bank: Bank, x: int, y: int, yaw: int, start: int, back: int, width: int, depth: int) -> Rectangle:
    """A part of a bank in cm: `start` from its side, `back` from its back, turned so that the front looks to `yaw`."""
    x, y = x * CELL_CM, y * CELL_CM
    rest = bank.depth * CELL_CM - back - depth
    if yaw == 90:
        return Rectangle(x + start, y + back, width, depth)
    if yaw == 270:
        return Rectangle(x + start, y + rest, width, depth)
    if yaw == 0:
        return Rectangle(x + back, y + start, depth, width)
    return Rectangle(x + rest, y + start, depth, width)


def _block(floor: Floor, area: Rectangle) -> None:
    x, y = area.x_cm // CELL_CM, area.y_cm // CELL_CM
    right, north = cells(area.x_cm + area.width_cm), cells(area.y_cm + area.depth_cm)
    floor.block(x, y, right - x, north - y)


def _scatter(room: Room, item: Furniture, count: int, catalogue: Catalogue, stream: Stream) -> Iterator[Stand]:
    """What one steps over lies anywhere on the floor."""
    rule = catalogue.props[item.prop]
    for _ in range(count):
        yaw = stream.below(4) * 90
        width, depth = (rule.width_cm, rule.depth_cm) if yaw in (90, 270) else (rule.depth_cm, rule.width_cm)
        spare_x, spare_y = room.width * CELL_CM - width, room.depth * CELL_CM - depth
        if spare_x >= 0 and spare_y >= 0:
            x, y = room.x * CELL_CM + stream.below(spare_x + 1), room.y * CELL_CM + stream.below(spare_y + 1)
            yield Stand(item.prop, rule, room, Rectangle(x, y, width, depth), yaw)

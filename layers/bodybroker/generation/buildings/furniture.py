"""What stands in a room: along its walls, in its corners, in rows, in its middle. Nothing ever cuts a way."""

from collections.abc import Iterator
from typing import NamedTuple

from bodybroker.generation.buildings.floors import Floor
from bodybroker.generation.buildings.mission import Room
from bodybroker.generation.buildings.rules import Catalogue, Furniture, PropRule, cells
from bodybroker.generation.entities import Rectangle
from bodybroker.generation.layouts import CELL_CM
from bodybroker.kernel.random import Stream

_CELLS_PER_M2 = 10_000 // CELL_CM**2

_BITS = 2**31 - 1

_TRIES = 5
"""Places that are tried before a bank is left out."""


class Stand(NamedTuple):
    """A prop where it stands: its exact footprint in cm; `yaw` is where its front looks."""

    kind: str
    rule: PropRule
    room: Room
    area: Rectangle
    yaw: int


class Bank(NamedTuple):
    """Props of one kind side by side, with what stands in front of each.

    In cells: `width` from side to side, `depth` from back to front, `own` the part of that which the props take.
    """

    kind: str
    rule: PropRule
    props: int
    beside: str | None
    front: PropRule | None
    width: int
    depth: int
    own: int


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
        left -= bank.props


def _bank(item: Furniture, count: int, catalogue: Catalogue) -> Bank:
    rule = catalogue.props[item.prop]
    front = catalogue.props[item.beside] if item.beside else None
    own = cells(rule.depth_cm)
    depth = own + cells(front.depth_cm) if front else own
    return Bank(item.prop, rule, count, item.beside, front, cells(count * rule.width_cm), depth, own)


def _spot(room: Room, item: Furniture, bank: Bank, floor: Floor, stream: Stream) -> tuple[int, int, int] | None:
    where = item.where
    for _ in range(_TRIES):
        chance = stream.u64()  # one draw: two bits turn the bank, twice 31 set it down
        yaw = (chance & 3) * 90
        width, depth = (bank.width, bank.depth) if yaw in (90, 270) else (bank.depth, bank.width)
        spare_x, spare_y = room.width - width, room.depth - depth
        if where in ("free", "middle"):
            spare_x, spare_y = spare_x - 2, spare_y - 2
        if spare_x < 0 or spare_y < 0:
            continue
        if where == "corner":
            x, y = (chance >> 2 & 1) * spare_x, (chance >> 33 & 1) * spare_y
        elif where == "middle":
            x, y = spare_x // 2 + 1, spare_y // 2 + 1
        else:
            x, y = (chance >> 2 & _BITS) * (spare_x + 1) >> 31, (chance >> 33) * (spare_y + 1) >> 31
        if where == "free":
            x, y = x + 1, y + 1
        elif where != "middle":
            x, y = _at_wall(spare_x, spare_y, yaw, x, y)
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
    while columns * lines * bank.props >= left + bank.props * max(min(columns, lines), 1) and max(columns, lines) > 1:
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
                left -= bank.props


def _set_down(room: Room, bank: Bank, x: int, y: int, yaw: int, floor: Floor) -> Iterator[Stand]:
    """The props of a bank whose south-west cell is (x, y); their backs stand flush, the rest is left at both ends."""
    rule, front = bank.rule, bank.front
    width, depth = rule.width_cm, rule.depth_cm
    x_cm, y_cm, all_cm = x * CELL_CM, y * CELL_CM, bank.depth * CELL_CM
    start = (bank.width * CELL_CM - bank.props * width) // 2
    for _ in range(bank.props):
        area = Rectangle(*_turned(all_cm, x_cm, y_cm, yaw, start, 0, width, depth))
        yield Stand(bank.kind, rule, room, area, yaw)
        if front is not None and bank.beside is not None:
            middle = (start + (width - front.width_cm) // 2) // CELL_CM
            across, deep = cells(front.width_cm), bank.depth - bank.own
            at = _turned(all_cm, x_cm, y_cm, yaw, middle * CELL_CM, bank.own * CELL_CM, front.width_cm, front.depth_cm)
            yield Stand(bank.beside, front, room, Rectangle(*at), (yaw + 180) % 360)
            if front.blocks:
                floor.block(*_turned(bank.depth, x, y, yaw, middle, bank.own, across, deep))
        start += width
    floor.block(*_turned(bank.depth, x, y, yaw, 0, 0, bank.width, bank.own))


def _turned(
    bank_depth: int, x: int, y: int, yaw: int, start: int, back: int, width: int, depth: int
) -> tuple[int, int, int, int]:
    """A part of a bank at (x, y): `start` from its side, `back` from its back, its front turned to `yaw`. Any unit."""
    if yaw == 90:
        return x + start, y + back, width, depth
    if yaw == 270:
        return x + start, y + bank_depth - back - depth, width, depth
    if yaw == 0:
        return x + back, y + start, depth, width
    return x + bank_depth - back - depth, y + start, depth, width


def _scatter(room: Room, item: Furniture, count: int, catalogue: Catalogue, stream: Stream) -> Iterator[Stand]:
    """What one steps over lies anywhere on the floor."""
    rule = catalogue.props[item.prop]
    for _ in range(count):
        chance = stream.u64()
        yaw = (chance & 3) * 90
        width, depth = (rule.width_cm, rule.depth_cm) if yaw in (90, 270) else (rule.depth_cm, rule.width_cm)
        spare_x, spare_y = room.width * CELL_CM - width, room.depth * CELL_CM - depth
        if spare_x >= 0 and spare_y >= 0:
            x = room.x * CELL_CM + ((chance >> 2 & _BITS) * (spare_x + 1) >> 31)
            y = room.y * CELL_CM + ((chance >> 33) * (spare_y + 1) >> 31)
            yield Stand(item.prop, rule, room, Rectangle(x, y, width, depth), yaw)

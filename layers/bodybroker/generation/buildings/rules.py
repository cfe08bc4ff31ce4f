"""What a designer says about buildings: the plans and the catalogue of configs/generation/buildings, strict."""

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bodybroker.generation.buildings.layout import BuildingKind
from bodybroker.generation.layouts import CELL_CM, Cover
from bodybroker.generation.parameters import Parameters, PerMille, Positive, PositiveRange, Range, Share, Word

Lay = Literal["any", "front", "side", "spine"]
Where = Literal["corner", "free", "middle", "rows", "wall"]


def cells(length_cm: int) -> int:
    """How many cells of the grid a length takes, rounded up."""
    return -(-length_cm // CELL_CM)


class DoorRule(Parameters):
    """A kind of door or way out (keys explained in catalogue.yaml)."""

    width_cells: Annotated[int, Field(ge=1, le=4)]
    sight: bool
    one_way: bool = False
    in_floor: bool = False


class WindowRule(Parameters):
    """A kind of window."""

    width_cells: Annotated[int, Field(ge=1, le=4)]
    every_cells: Positive
    passable: bool


class PropRule(Parameters):
    """A kind of prop: its size, and what cover it gives."""

    width_cm: Annotated[int, Field(ge=10, le=1000)]
    depth_cm: Annotated[int, Field(ge=10, le=1000)]
    height_cm: Positive
    cover: Cover
    blocks: bool = True


class Catalogue(Parameters):
    """catalogue.yaml"""

    doors: Annotated[dict[Word, DoorRule], Field(min_length=1)]
    windows: dict[Word, WindowRule]
    props: Annotated[dict[Word, PropRule], Field(min_length=1)]


class LockPlan(Parameters):
    """How often a door is locked, and in which rooms its key may lie."""

    chance: PerMille
    key_in: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]


class Furniture(Parameters):
    """What stands in a room: which prop, how many, where, how many in one bank, and what stands in front of it."""

    prop: Word
    count: Range
    every_m2: Positive | None = None
    where: Where
    bank: PositiveRange = PositiveRange(low=1, high=1)
    beside: Word | None = None
    aisle_cells: Annotated[int, Field(ge=1, le=8)] = 2


class RoomPlan(Parameters):
    """A kind of room: which leads to it, how many, how large, what is in it (keys explained in morgue.yaml)."""

    behind: Word | None = None
    count: Range = Range(low=1, high=1)
    door: Word
    least_cm: Annotated[int, Field(ge=100, le=2000)]
    passage_cm: PositiveRange | None = None
    share: Positive = 1
    lay: Lay = "any"
    light: Share
    windows: Word | None = None
    roofless: bool = False
    private: bool = False
    lock: LockPlan | None = None
    furniture: Annotated[tuple[Furniture, ...], Field(strict=False)] = ()
    npcs: Range = Range(low=0, high=0)
    patrols: Range = Range(low=0, high=0)
    items: Range = Range(low=0, high=0)


class Plan(Parameters):
    """A kind of building: how large, what must lead where, what it protects and how one flees from it."""

    width_cm: PositiveRange
    depth_cm: PositiveRange
    ceiling_cm: PositiveRange
    goal: Word
    refuges: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    exits: Annotated[tuple[Word, ...], Field(min_length=1, strict=False)]
    shortcut: Word
    shortcuts: Range
    rooms: Annotated[dict[Word, RoomPlan], Field(min_length=2)]

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        faults = [fault for name in self.rooms for fault in self._faults_of(name)]
        firsts = [name for name, room in self.rooms.items() if room.behind is None]
        if len(firsts) != 1:
            raise ValueError("; ".join([*faults, f"exactly one room is behind nothing, not {len(firsts)}: {firsts}"]))
        lost = self.rooms.keys() - set(self.order)
        faults += [f"rooms.{name} cannot be reached from {firsts[0]}" for name in sorted(lost)]
        for name in {self.goal, *self.refuges} - self.rooms.keys():
            faults.append(f"goal or refuges: no room {name}")
        if self.goal in self.order and any(self.rooms[name].count.low == 0 for name in self.line(self.goal)):
            faults.append(f"goal: {self.goal} may be missing, its count or that of a room before it may be 0")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults_of(self, name: str) -> list[str]:
        room = self.rooms[name]
        faults = []
        if room.behind is not None and room.behind not in self.rooms:
            faults.append(f"rooms.{name}.behind: no room {room.behind}")
        if room.behind is None and (room.lock is not None or room.count != Range(low=1, high=1)):
            faults.append(f"rooms.{name}: one comes in here, it is there once and not locked")
        for key_room in room.lock.key_in if room.lock else ():
            if key_room not in self.rooms:
                faults.append(f"rooms.{name}.lock.key_in: no room {key_room}")
        return faults

    @cached_property
    def entrance(self) -> str:
        """The room by which one comes in."""
        return next(name for name, room in self.rooms.items() if room.behind is None)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The rooms such that each follows the one that leads to it."""
        order = [self.entrance]
        for name in order:
            order += [other for other, room in self.rooms.items() if room.behind == name]
        return tuple(order)

    @cached_property
    def leads_to(self) -> dict[str, tuple[str, ...]]:
        """By room, those that it leads to."""
        return {name: tuple(other for other, room in self.rooms.items() if room.behind == name) for name in self.rooms}

    def line(self, name: str) -> list[str]:
        """The rooms from `name` back to the entrance."""
        line = [name]
        while (before := self.rooms[line[-1]].behind) is not None:
            line.append(before)
        return line


class BuildingRules(Parameters):
    """All plans and the catalogue."""

    catalogue: Catalogue
    plans: dict[BuildingKind, Plan]

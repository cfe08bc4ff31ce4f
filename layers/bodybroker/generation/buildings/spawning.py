"""Where keys lie, where the player comes in, where others may stand: always on free cells, no two on one."""

from typing import NamedTuple

from bodybroker.generation.buildings.floors import Floor
from bodybroker.generation.buildings.measuring import WALL
from bodybroker.generation.buildings.mission import Mission, Room
from bodybroker.generation.buildings.walls import Gap
from bodybroker.generation.layouts import CELL_CM, SpawnKind, Spot
from bodybroker.kernel.random import Stream

_TURN = 45
"""People look in one of eight directions."""


class Place(NamedTuple):
    """A spawn of a kind in a room."""

    kind: SpawnKind
    room: Room
    at: Spot


class Settled(NamedTuple):
    """Where each key lies, by its number, and all spawns, the player's first."""

    keys: list[Spot]
    places: list[Place]


def settle(made: Mission, entrance: Gap, floor: Floor, stream: Stream) -> Settled:
    """Spots for the keys and for whoever a room's plan asks for."""
    inside = entrance.at.x + entrance.at.width // 2, WALL
    places = [Place("player", entrance.room, _spot(*inside, 90))]
    keys = [_spot(*floor.standing(room, stream), 0) for room in made.lies_in]
    for room in made.rooms:
        asked: tuple[tuple[SpawnKind, int], ...] = (
            ("npc", room.plan.npcs.draw(stream)),
            ("patrol", room.plan.patrols.draw(stream)),
            ("item", room.plan.items.draw(stream)),
        )
        for kind, count in asked:
            for _ in range(count):
                yaw = stream.below(360 // _TURN) * _TURN
                places.append(Place(kind, room, _spot(*floor.standing(room, stream), yaw)))
    return Settled(keys, places)


def _spot(x: int, y: int, yaw: int) -> Spot:
    """The middle of a cell."""
    return Spot(x * CELL_CM + CELL_CM // 2, y * CELL_CM + CELL_CM // 2, yaw)

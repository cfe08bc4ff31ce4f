"""A world in an answer, the same from every function."""

from typing import Any

from msgspec import Struct

from bodybroker.doors.wiring import world_rules
from bodybroker.kernel.ids import WorldId
from bodybroker.services.recording import Outcome
from bodybroker.world import state, views


class WorldBody(Struct):
    """A world as it stands. `version` counts the events of its history; `hash` is the SHA-256 of its whole state."""

    world_id: str
    branch_id: str
    version: int
    hash: str
    view: dict[str, Any]


def world_body(world: WorldId, outcome: Outcome) -> WorldBody:
    """What a command led to, as the player sees it."""
    head, now = outcome.head, outcome.state
    return WorldBody(world, head.branch_id, head.version, state.hash(now), views.view(now, world_rules()))

"""Where the story stands."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

Status = Literal["open", "done", "failed"]


class Objective(Struct, frozen=True):
    """Something that the player may pursue."""

    objective_id: EntityId
    title: str
    text: str
    status: Status


class StoryState(Struct, frozen=True):
    """Facts by name, objectives by id, what models wrote about entities (by the entity's id)."""

    facts: dict[str, str] = {}
    objectives: dict[EntityId, Objective] = {}
    descriptions: dict[EntityId, str] = {}

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


class SettledLocation(Struct, frozen=True):
    """A place as it was made: the SHA-256 of its document, and the seed and the versions of what made it.

    `again` counts how often it had been made before, on this history.
    """

    digest: str
    kind: str
    title: str
    seed: int
    versions: dict[str, int]
    again: int = 0


class StoryState(Struct, frozen=True):
    """Facts by name, objectives by id, what models wrote about entities and how places were made (by their ids)."""

    facts: dict[str, str] = {}
    objectives: dict[EntityId, Objective] = {}
    descriptions: dict[EntityId, str] = {}
    locations: dict[EntityId, SettledLocation] = {}

"""What the law knows, and what the player uses against it."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId

Stage = Literal["open", "suspect", "warrant"]


class Case(Struct, frozen=True):
    """The investigation: evidence in 0..100, and the minute of the raid if one is planned."""

    evidence: int
    stage: Stage
    raid_minute: int | None = None


class CrimeState(Struct, frozen=True):
    """The law's memory: `record` in 0..100; `leads` are the points that the next dawn adds to the evidence.

    `bribed` are the places where guards, or in the street officers, look away until dawn.
    """

    record: int = 0
    leads: int = 0
    case: Case | None = None
    bribed: tuple[EntityId, ...] = ()
    tools: tuple[str, ...] = ()

"""What talk records."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.proposals import Diff

Source = Literal["model", "procedural"]


class RefusedDiff(Struct, frozen=True):
    """A diff of a proposal that a rule refused: which (its index), the rule's code and a reason."""

    index: int
    diff: Diff
    code: str
    reason: str


class TurnSpoken(BaseEvent, frozen=True, tag="turn_spoken"):
    """An utterance and its answer; `refused` holds what was proposed and did not hold, `heard_by` who stood by.

    Where several NPCs answer one utterance, the later ones' `player_text` is empty.
    """

    npc_id: EntityId
    player_text: str
    line: str
    source: Source
    model: str
    minute: int
    refused: tuple[RefusedDiff, ...]
    heard_by: tuple[EntityId, ...] = ()


class MoodChanged(BaseEvent, frozen=True, tag="mood_changed"):
    """An NPC's mood is another."""

    npc_id: EntityId
    mood: str


class NpcLeft(BaseEvent, frozen=True, tag="npc_left"):
    """An NPC walked away and stays away until the given minute."""

    npc_id: EntityId
    away_until: int

"""Its events as the player may know them."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.talk.events import Source


class TurnSpoken(KnownEvent, frozen=True, tag="turn_spoken"):
    """An utterance and its answer."""

    npc_id: EntityId
    player_text: str
    line: str
    source: Source
    model: str
    minute: int
    heard_by: tuple[EntityId, ...] = ()


class NpcLeft(KnownEvent, frozen=True, tag="npc_left"):
    """An NPC walked away."""

    npc_id: EntityId

"""Its events as the player may know them."""

from bodybroker.generation.entities import Phase
from bodybroker.world.base import KnownEvent
from bodybroker.world.state import Player, SealKind


class WorldCreated(KnownEvent, frozen=True, tag="world_created"):
    """The first event of every world: how the player begins."""

    seed: int
    district: str
    minute: int
    phase: Phase
    rank: str
    player: Player


class WorldSealed(KnownEvent, frozen=True, tag="world_sealed"):
    """From here on there is no way back."""

    kind: SealKind

"""Its events as the player may know them: who stands there, not how strong they are."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.conflict.resolution import Blow
from bodybroker.world.conflict.state import DangerKind, Standing


class Fighter(Struct, frozen=True):
    """One who fights, as seen from outside."""

    name: str
    npc_id: EntityId | None
    side: str
    standing: Standing


class Danger(Struct, frozen=True):
    """Who threatens, and where."""

    kind: DangerKind
    place_id: EntityId
    foes: tuple[Fighter, ...]
    allies: tuple[Fighter, ...]
    stakes_cents: int


class DangerArose(KnownEvent, frozen=True, tag="danger_arose"):
    """Somebody threatens the player."""

    danger: Danger


class BlowsExchanged(KnownEvent, frozen=True, tag="blows_exchanged"):
    """Rounds of a fight: every blow that landed, and who still stands. `health` and `heat` are the player's."""

    rounds: int
    blows: tuple[Blow, ...]
    foes: tuple[Fighter, ...]
    allies: tuple[Fighter, ...]
    health: int
    heat: int

"""The danger that the player is in, and how dangers have ended so far."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId

DangerKind = Literal["police", "victim", "customer", "hunters", "rivals"]
Outcome = Literal["won", "escaped", "bought_off", "surrendered", "beaten", "killed"]
"""How a danger ended, for the player."""
Standing = Literal["fighting", "fled", "down"]
"""Whether a fighter still fights, ran away, or lies there for good."""


class Fighter(Struct, frozen=True):
    """One who fights; stats and health in 0..100. `npc_id` where it is somebody known,
    `member_id` where it is one of the crew.

    Foes of another `side` fight each other as well; empty, it is the side that the danger is named after.
    """

    name: str
    strength: int
    speed: int
    nerve: int
    health: int
    npc_id: EntityId | None = None
    side: str = ""
    member_id: EntityId | None = None
    standing: Standing = "fighting"


class Danger(Struct, frozen=True):
    """People who threaten the player at a place.

    `stakes` are items of the player's bag, `stakes_cents` cash of the player: lost when the player is beaten or gives
    in, as far as they are still there. `allies` fight for the player, who is ahead of pursuers by `lead` points.
    """

    kind: DangerKind
    place_id: EntityId
    foes: tuple[Fighter, ...]
    stakes: tuple[Item, ...] = ()
    stakes_cents: int = 0
    house_id: EntityId | None = None
    allies: tuple[Fighter, ...] = ()
    lead: int = 0
    rounds: int = 0


class ConflictState(Struct, frozen=True):
    """While there is a danger, nothing else can be done. The rest counts how dangers ended."""

    danger: Danger | None = None
    won: int = 0
    escaped: int = 0
    deaths: int = 0

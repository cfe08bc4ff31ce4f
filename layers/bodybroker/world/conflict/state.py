"""The danger that the player is in."""

from typing import Literal

from msgspec import Struct

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId

DangerKind = Literal["police", "victim", "customer", "hunters", "rivals"]
Outcome = Literal["won", "escaped", "bought_off", "surrendered", "beaten", "killed"]
"""How a danger ended, for the player."""


class Fighter(Struct, frozen=True):
    """One who stands against the player; stats and health in 0..100. `npc_id` where it is somebody known."""

    name: str
    strength: int
    speed: int
    nerve: int
    health: int
    npc_id: EntityId | None = None


class Danger(Struct, frozen=True):
    """People who threaten the player at a place. `stakes` are items that are lost with it, `stakes_cents` money."""

    kind: DangerKind
    place_id: EntityId
    foes: tuple[Fighter, ...]
    stakes: tuple[Item, ...] = ()
    stakes_cents: int = 0
    house_id: EntityId | None = None


class ConflictState(Struct, frozen=True):
    """While there is a danger, nothing else can be done."""

    danger: Danger | None = None

"""What fights and flight record."""

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.conflict.resolution import Blow
from bodybroker.world.conflict.state import Danger, Fighter, Outcome


class DangerArose(BaseEvent, frozen=True, tag="danger_arose"):
    """Somebody threatens the player."""

    danger: Danger


class BlowsExchanged(BaseEvent, frozen=True, tag="blows_exchanged"):
    """Rounds of a fight: every blow that landed, and how all stand after it. `health` and `heat` are the player's."""

    rounds: int
    blows: tuple[Blow, ...]
    foes: tuple[Fighter, ...]
    allies: tuple[Fighter, ...]
    health: int
    heat: int


class ChaseRun(BaseEvent, frozen=True, tag="chase_run"):
    """The player ran, to `place_id`, and is ahead by `lead` now."""

    place_id: EntityId
    lead: int


class HidingFailed(BaseEvent, frozen=True, tag="hiding_failed"):
    """The player was found: the lead is lost."""


class FoeStoodDown(BaseEvent, frozen=True, tag="foe_stood_down"):
    """One who threatened walked away."""

    npc_id: EntityId


class BribeOffered(BaseEvent, frozen=True, tag="bribe_offered"):
    """The player offered cash; `taken` says whether they took it."""

    cents: int
    taken: bool


class DangerPassed(BaseEvent, frozen=True, tag="danger_passed"):
    """It is over."""

    outcome: Outcome


class StakesLost(BaseEvent, frozen=True, tag="stakes_lost"):
    """Items and cash that the winners took; `wounds` is what they did besides, `health` what it left."""

    items: tuple[EntityId, ...]
    cents: int
    wounds: int
    health: int


class SpoilsTaken(BaseEvent, frozen=True, tag="spoils_taken"):
    """Cash found on those who lie there."""

    cents: int


class PlayerDied(BaseEvent, frozen=True, tag="player_died"):
    """The player died and will wake at `place_id` without `items` and `cents`, with what is given of the rest."""

    place_id: EntityId
    items: tuple[EntityId, ...]
    cents: int
    health: int
    heat: int
    humanity: int

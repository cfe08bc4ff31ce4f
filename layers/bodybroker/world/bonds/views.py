"""What an NPC holds of others, as plain data: for those who may know, not for the player's own view."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER
from bodybroker.world.bonds.between import bond, resting
from bodybroker.world.bonds.events import BondChanged
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


class Scores(Struct, frozen=True):
    """Points from 0 to 100."""

    trust: int
    fear: int
    respect: int
    desire: int


class Held(Struct, frozen=True):
    """What the NPC holds of `towards` (`player` or an NPC's id) now, where that rests, and what it owes, in cents."""

    towards: EntityId
    name: str | None
    now: Scores
    resting: Scores
    debt_cents: int


class Turning(Struct, frozen=True, omit_defaults=True):
    """A change in the world's history: at which version and minute, by what, and how many points and cents.

    `cause_version` is the version of the event that brought it about.
    """

    version: int
    minute: int
    towards: EntityId
    cause: str
    cause_version: int
    trust: int = 0
    fear: int = 0
    respect: int = 0
    desire: int = 0
    debt_cents: int = 0


def held_by(state: State, npc_id: EntityId, rules: Rules, towards: EntityId | None = None) -> list[Held]:
    """What an NPC holds of the player first, then of every other NPC by id; of `towards` alone where it is given.

    KeyError for anybody who is neither an NPC nor the player.
    """
    others = [PLAYER, *sorted(state.npcs.keys() - {npc_id})] if towards is None else [towards]
    return [_held(state, npc_id, other, rules) for other in others]


def _held(state: State, npc_id: EntityId, towards: EntityId, rules: Rules) -> Held:
    now, rest = bond(state, npc_id, towards, rules), resting(state, npc_id, towards, rules)
    return Held(
        towards=towards,
        name=None if towards == PLAYER else state.npcs[towards].character.name,
        now=Scores(now.trust, now.fear, now.respect, now.desire),
        resting=Scores(rest.trust, rest.fear, rest.respect, rest.desire),
        debt_cents=now.debt_cents,
    )


def turning(version: int, event: BondChanged) -> Turning:
    """A change that was recorded at that version."""
    return Turning(
        version=version,
        minute=event.minute,
        towards=event.towards,
        cause=event.cause,
        cause_version=event.cause_version,
        trust=event.trust,
        fear=event.fear,
        respect=event.respect,
        desire=event.desire,
        debt_cents=event.debt_cents,
    )

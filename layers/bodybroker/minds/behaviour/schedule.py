"""Schedules: where an NPC is by the hour. It stays in its haunt, where the world's rules let it be met."""

from functools import lru_cache

from msgspec import Struct

from bodybroker.generation.entities import Point, Rectangle
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.random import Stream
from bodybroker.minds.behaviour.inputs import Activity
from bodybroker.minds.behaviour.rules import Hour, ScheduleRules
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city.clock import phase_at
from bodybroker.world.city.rules import Clock
from bodybroker.world.conditions import is_present
from bodybroker.world.state import Npc, State


class Whereabouts(Struct, frozen=True):
    """Where an NPC is and what it is about, until the minute `until` of the world."""

    place_id: EntityId
    at: Point
    activity: Activity
    until: int


def whereabouts(state: State, npc: Npc, rules: ScheduleRules) -> Whereabouts | None:
    """By the hour; None while it is nowhere to be found."""
    if not is_present(state, npc):
        return None
    character = npc.character
    hours = rules.races[character.race]
    shift = _shift(state.seed, character.npc_id, rules.shift_minutes)
    minute = (state.minute - shift) % MINUTES_PER_DAY
    hour = max((hour for hour in hours if hour.minute <= minute), key=lambda hour: hour.minute, default=hours[-1])
    ahead = min((other.minute - minute - 1) % MINUTES_PER_DAY for other in hours) + 1
    until = state.minute + ahead
    if hour.spot == "rounds":
        until = min(until, state.minute + rules.round_minutes - state.minute % rules.round_minutes)
    return Whereabouts(character.haunt_id, _spot(state, npc, hour, rules), hour.activity, until)


def returns(state: State, npc: Npc, clock: Clock) -> int:
    """From which minute on it can be met again, as things stand; that of the state where it can be met."""
    minute = max(state.minute, npc.away_until)
    if phase_at(minute, clock) in npc.character.awake:
        return minute
    turns = (clock.dawn_minute, clock.dusk_minute)
    return minute + min((turn - minute - 1) % MINUTES_PER_DAY for turn in turns) + 1


def _spot(state: State, npc: Npc, hour: Hour, rules: ScheduleRules) -> Point:
    character = npc.character
    site = state.places[character.haunt_id].site
    if hour.spot == "rounds":
        return _walked(state.seed, character.npc_id, state.minute // rules.round_minutes, site.area)
    if hour.spot == "door" and site.exits:
        return site.exits[0].at
    if hour.spot == "company":
        return _crony(state, npc).character.at
    return character.at


def _crony(state: State, npc: Npc) -> Npc:
    """With whom it keeps company: those of a race in a haunt stand in pairs, the second with the first."""
    character = npc.character
    kin = sorted(
        other_id
        for other_id, other in state.npcs.items()
        if (other.character.race, other.character.haunt_id) == (character.race, character.haunt_id)
    )
    place = kin.index(character.npc_id)
    return state.npcs[kin[place - place % 2]]


@lru_cache(maxsize=4096)
def _shift(seed: int, npc_id: EntityId, minutes: int) -> int:
    """How much later than its race an NPC goes about things."""
    return Stream(seed, "schedule", npc_id).below(minutes + 1)


@lru_cache(maxsize=4096)
def _walked(seed: int, npc_id: EntityId, nth: int, area: Rectangle) -> Point:
    """Where its rounds have taken it."""
    stream = Stream(seed, "rounds", npc_id, str(nth))
    return Point(area.x_cm + stream.below(area.width_cm), area.y_cm + stream.below(area.depth_cm))

"""The clock: minutes, day and night; heat cools and wounds heal."""

from bodybroker.generation.entities import Phase
from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city import events, weather
from bodybroker.world.city.rules import Clock
from bodybroker.world.crime.heat import cooled
from bodybroker.world.crime.hiding import cooling_minutes_per_point
from bodybroker.world.draft import Draft
from bodybroker.world.state import State


def phase_at(minute: int, clock: Clock) -> Phase:
    """Day or night at a minute of the game."""
    return "day" if clock.dawn_minute <= minute % MINUTES_PER_DAY < clock.dusk_minute else "night"


def due(state: State, clock: Clock) -> list[int]:
    """The next dawn, dusk and midnight."""
    midnight = state.minute - state.minute % MINUTES_PER_DAY
    return [midnight + clock.dawn_minute, midnight + clock.dusk_minute, midnight + MINUTES_PER_DAY]


def advance(draft: Draft, minute: int, hiding: bool) -> None:
    """Moves the clock to `minute`; `hiding` cools and heals."""
    state, rules = draft.state, draft.rules
    cooling = cooling_minutes_per_point(state, rules) if hiding else rules.police.cooling_minutes_per_point
    healed = _points(state.minute, minute, rules.player.healing_minutes_per_point) if hiding else 0
    draft.add(
        events.TimePassed(
            minutes=minute - state.minute,
            minute=minute,
            heat=cooled(state, rules, _points(state.minute, minute, cooling)),
            health=min(100, state.player.health + healed),
        )
    )


def skip(draft: Draft, days: int) -> None:
    """Moves the clock on by whole days of which nothing is told but that heat cooled."""
    state = draft.state
    minute = state.minute + days * MINUTES_PER_DAY
    points = _points(state.minute, minute, draft.rules.police.cooling_minutes_per_point)
    draft.add(events.TimeSkipped(days, minute, cooled(state, draft.rules, points)))


def _points(start: int, end: int, minutes_per_point: int) -> int:
    """Points gained between two minutes, counted on the world's clock: many short steps give what a long one gives."""
    return end // minutes_per_point - start // minutes_per_point


def turns_phase(draft: Draft) -> bool:
    """Turns day to night or night to day where it is time; says whether it was."""
    phase = phase_at(draft.state.minute, draft.rules.clock)
    if phase == draft.state.phase:
        return False
    draft.add(events.PhaseChanged(phase, draft.state.minute))
    weather.turn(draft)
    return True

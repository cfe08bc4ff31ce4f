"""Nights, as NPCs count them: a night begins with the dawn before it, so that what is done by day belongs to it."""

from bodybroker.world.base import MINUTES_PER_DAY
from bodybroker.world.city.rules import Clock


def night_of(minute: int, clock: Clock) -> int:
    """The night to which a minute of the game belongs; the first one is 1."""
    return (minute - clock.dawn_minute) // MINUTES_PER_DAY + 1


def span(night: int, clock: Clock) -> tuple[int, int]:
    """The minutes of a night: the first, and the first of the next."""
    start = (night - 1) * MINUTES_PER_DAY + clock.dawn_minute
    return start, start + MINUTES_PER_DAY

"""The passage of game time, in steps from one happening to the next; every system lives on in each of them."""

from typing import Protocol

from bodybroker.world.beliefs import clock as beliefs
from bodybroker.world.bonds import clock as bonds
from bodybroker.world.city import clock as city
from bodybroker.world.city.rules import Clock
from bodybroker.world.conflict import clock as conflict
from bodybroker.world.crime import clock as crime
from bodybroker.world.draft import Draft
from bodybroker.world.empire import clock as empire
from bodybroker.world.houses import clock as houses
from bodybroker.world.lab import clock as lab
from bodybroker.world.market import clock as market
from bodybroker.world.powers import clock as powers
from bodybroker.world.state import State
from bodybroker.world.talk import clock as talk


class Clockwork(Protocol):
    """How a system lives on: a module `clock` in its package. Each hook adds events to the draft."""

    def due(self, state: State) -> list[int]:
        """Minutes at which something is due in this system; those in the past do no harm."""

    def step(self, draft: Draft) -> None:
        """Time has moved on to `draft.state.minute`, a minute that some system named or the end of the passage."""

    def turn_phase(self, draft: Draft) -> None:
        """Day has just turned to night or night to day."""


SYSTEMS: tuple[Clockwork, ...] = (lab, market, crime, powers, houses, bonds, empire, conflict, talk, beliefs)
"""In the order in which they live on."""


def pass_time(draft: Draft, minutes: int, *, hiding: bool = False) -> None:
    """Lets `minutes` pass, fewer when a danger interrupts. `hiding` cools and heals."""
    end = draft.state.minute + minutes
    while draft.state.minute < end and draft.state.conflict.danger is None:
        city.advance(draft, min(end, _next_happening(draft.state, draft.rules.clock)), hiding)
        for system in SYSTEMS:
            system.step(draft)
        if city.turns_phase(draft):
            for system in SYSTEMS:
                system.turn_phase(draft)


def _next_happening(state: State, clock: Clock) -> int:
    minutes = city.due(state, clock)
    for system in SYSTEMS:
        minutes += system.due(state)
    return min(minute for minute in minutes if minute > state.minute)

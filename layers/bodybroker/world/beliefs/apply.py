"""What its events do to a state."""

from functools import reduce

from bodybroker.world.base import Applier, Changes
from bodybroker.world.beliefs import events
from bodybroker.world.beliefs.keeping import absorbed
from bodybroker.world.beliefs.state import Belief, BeliefsState
from bodybroker.world.state import State


def _beliefs_formed(state: State, event: events.BeliefsFormed) -> Changes:
    version = state.version + 1
    return {"beliefs": reduce(lambda minds, news: absorbed(minds, news, version), event.learned, state.beliefs)}


def _beliefs_forgotten(state: State, event: events.BeliefsForgotten) -> Changes:
    held = dict(state.beliefs.held)
    for holder, claims in event.forgotten.items():
        left: tuple[Belief, ...] = tuple(belief for belief in held.pop(holder) if belief.claim not in claims)
        if left:
            held[holder] = left
    return {"beliefs": BeliefsState(held)}


QUIET: frozenset[type] = frozenset({events.BeliefsFormed, events.BeliefsForgotten})
"""Minds throw dice of their own: what they take in must not change how the next dice of the world fall."""

APPLIERS: dict[type, Applier] = {
    events.BeliefsFormed: _beliefs_formed,
    events.BeliefsForgotten: _beliefs_forgotten,
}

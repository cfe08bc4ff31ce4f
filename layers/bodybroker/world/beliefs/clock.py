"""Minds by the clock: things seen are taken in, rumours go round by night, at dawn what has faded is forgotten."""

from bodybroker.world.beliefs.events import BeliefsForgotten
from bodybroker.world.beliefs.gossip import gossip
from bodybroker.world.beliefs.weighing import strength
from bodybroker.world.beliefs.witness import observe
from bodybroker.world.city.events import TimePassed
from bodybroker.world.draft import Draft
from bodybroker.world.state import State


def due(state: State) -> list[int]:
    """Nothing: rounds of gossip that a step leaps over are held at their own minutes."""
    return []


def step(draft: Draft) -> None:
    """Rounds of gossip at every full so many minutes, as many as have gone by."""
    observe(draft)
    every = draft.rules.beliefs.gossip.every_minutes
    passed = next(event for event in reversed(draft.events) if isinstance(event, TimePassed))
    before = passed.minute - passed.minutes
    for number in range(before // every + 1, passed.minute // every + 1):
        if draft.state.beliefs.held:
            gossip(draft, number * every)


def turn_phase(draft: Draft) -> None:
    """At dawn nobody keeps what he hardly believes any more."""
    state, rules = draft.state, draft.rules.beliefs
    if state.phase != "day":
        return
    forgotten = {
        holder: claims
        for holder in sorted(state.beliefs.held)
        if (
            claims := tuple(
                belief.claim
                for belief in state.beliefs.held[holder]
                if strength(belief, state.minute, rules) < rules.limits.least
            )
        )
    }
    if forgotten:
        draft.add(BeliefsForgotten(forgotten))

"""Players of a simulated day: each has a world of his own, walks through it, and has places made ahead of him."""

from collections.abc import Iterator

from bodybroker.generation.prefetch import Calls, Position, Situation, schedule
from bodybroker.generation.prefetch_rules import PrefetchRules
from bodybroker.kernel.ids import EntityId
from bodybroker.kernel.plans import Plan
from bodybroker.kernel.random import Stream
from bodybroker.world import decide
from bodybroker.world.apply import fold
from bodybroker.world.destinations import goals
from bodybroker.world.places import hideout_id, street
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

PLAN: Plan = "free"
"""The plan of the players: the one that may have the fewest calls set going."""


def world(seed: int, rules: Rules) -> State:
    """A new world of that seed."""
    return fold(decide.create(seed, rules, None))


def made_ahead(
    state: State, made: set[EntityId], walk: Stream, stops: int, calls: Calls, world_rules: Rules, rules: PrefetchRules
) -> Iterator[EntityId]:
    """The places that are begun on a walk, in their order: what the schedule says on each arrival. They join `made`.

    The player begins at home and goes to so many stops, over the street each time; what was begun is made before the
    next arrival.
    """
    home, road = hideout_id(state), street(state).site.place_id
    elsewhere = sorted(state.places.keys() - {home, road})
    arrivals = [home]
    for _ in range(stops):
        arrivals += [road, walk.choice(elsewhere)]
    for place_id in arrivals:
        situation = Situation(
            minute=state.minute,
            position=Position(place_id),
            ways={each: place.site.exits for each, place in state.places.items()},
            walking_cm_per_minute=world_rules.district.walking_cm_per_minute,
            goals=goals(state),
            made=frozenset(made),
        )
        for wanted in schedule(situation, rules.calls.of(PLAN), calls, rules).begin:
            made.add(wanted.place_id)
            yield wanted.place_id

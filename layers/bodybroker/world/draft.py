"""A decision in the making: the events so far, and the state after them."""

from collections.abc import Iterator

from bodybroker.generation.entities import Provenance
from bodybroker.kernel.random import Stream
from bodybroker.world.apply import apply
from bodybroker.world.events import Event
from bodybroker.world.rules import Rules
from bodybroker.world.state import State

DECISIONS_VERSION = 1
"""Version of what decisions make (grown parts, bought equipment, deliveries), for their provenance."""


class Draft:
    """Collects what a decision brings about; every event is applied at once, so the next one builds on it."""

    offscreen = False
    """While the player is away: nothing happens that would need an answer."""

    def __init__(self, state: State, rules: Rules) -> None:
        self.state = state
        self.rules = rules
        self.stream = Stream(state.seed, "decide", str(state.moment))
        self.events: list[Event] = []
        self._before: list[State] = []
        self._seen = 0

    def add(self, event: Event) -> None:
        """The next event."""
        self._before.append(self.state)
        self.state = apply(self.state, event)
        self.events.append(event)

    def unseen(self) -> Iterator[tuple[State, Event]]:
        """The events since this was last asked, each with the state before it."""
        start, self._seen = self._seen, len(self.events)
        return zip(self._before[start:], self.events[start:], strict=True)

    def provenance(self, generator: str) -> Provenance:
        """The provenance of an entity that this decision makes."""
        return Provenance(seed=self.state.seed, generator=generator, generator_version=DECISIONS_VERSION)

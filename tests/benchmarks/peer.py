"""The world on `eventsourcing` (PyPI), as its documentation builds an aggregate: it triggers its events, an application
saves them through a mapper and a recorder in memory (POPO), and a repository brings it back from a snapshot.

To its favour the events travel in the bytes that the world's own codec makes, as strings: its JSON encoder has only
strings to write.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from bodybroker.world import events, state
from bodybroker.world.apply import apply
from bodybroker.world.decide import decide
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import JSONTranscoder, Transcoding


class StateAsText(Transcoding):
    """How a snapshot holds a state."""

    type = State
    name = "state"

    def encode(self, obj: State) -> str:
        return state.encode(obj).decode()

    def decode(self, data: str) -> State:
        return state.decode(data.encode())


class World(Aggregate):
    """A world as an aggregate: its state is what its events made of it."""

    class Began(Aggregate.Created):
        now: State

    class Happened(Aggregate.Event):
        text: str

        def apply(self, aggregate: Any) -> None:
            aggregate.now = apply(aggregate.now, events.decode(self.text.encode()))

    class Decided(Aggregate.Event):
        """An event that stays what it is, for who keeps none."""

        event: Any

        def apply(self, aggregate: Any) -> None:
            aggregate.now = apply(aggregate.now, self.event)

    def __init__(self, now: State) -> None:
        self.now = now

    def handle(self, command: Any, book: Rules) -> None:
        """Decide, and let it have happened."""
        for event in decide(self.now, command, book):
            self.trigger_event(self.Happened, text=events.encode(event).decode())

    def play_on(self, now: State, commands: Sequence[Any], book: Rules | None = None) -> None:
        """Decide and apply, without keeping anything."""
        self.now = now
        for command in commands:
            for event in decide(self.now, command, book or self.book):
                self.trigger_event(self.Decided, event=event)
        self.collect_events()

    book: Rules


class Worlds(Application[UUID]):
    """The application that keeps them, in memory."""

    def __init__(self, book: Rules) -> None:
        super().__init__({"IS_SNAPSHOTTING_ENABLED": "y"})
        World.book = book
        self.book = book

    def register_transcodings(self, transcoder: Any) -> None:
        super().register_transcodings(transcoder)
        assert isinstance(transcoder, JSONTranscoder)
        transcoder.register(StateAsText())

    def begin(self, now: State) -> World:
        """A world that begins in a given state."""
        world = World(now)
        self.save(world)
        return world

    def play_on(self, now: State, commands: Sequence[Any]) -> None:
        """Carry commands out and save after each, as a request does."""
        world = World(now)
        for command in commands:
            world.handle(command, self.book)
            self.save(world)

    def keep(self, base: State, tail: Sequence[Any]) -> UUID:
        """A world with a snapshot and events above it."""
        world = self.begin(base)
        self.take_snapshot(world.id)
        for event in tail:
            world.trigger_event(World.Happened, text=events.encode(event).decode())
        self.save(world)
        return world.id

    def load(self, key: UUID) -> State:
        """The state of a world, brought back."""
        world: World = self.repository.get(key)
        return world.now


class Nothing(Aggregate):
    """An aggregate whose events do nothing: what the library costs by itself."""

    class Happened(Aggregate.Event):
        text: str

    def __init__(self) -> None:
        pass


def book_keeping(count: int) -> Callable[[], object]:
    """Loading an aggregate of so many events that do nothing."""
    application: Application[UUID] = Application()
    nothing = Nothing()
    for _ in range(count):
        nothing.trigger_event(Nothing.Happened, text=str(uuid4()))
    application.save(nothing)
    return lambda: application.repository.get(nothing.id)

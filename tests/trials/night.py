"""A world that a bot plays: its log in memory, what its NPCs remember wherever it is told to go."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bodybroker.kernel.clock import FixedClock
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.minds.memory import rules as memory_rules
from bodybroker.ports.embeddings import Embeddings
from bodybroker.ports.memories import Memories
from bodybroker.ports.worlds import Loaded
from bodybroker.services.branch_world import Fork, branch_world
from bodybroker.services.create_world import create_world
from bodybroker.services.handle_command import CommandDesk, Submission
from bodybroker.services.recall import Recall
from bodybroker.services.recording import Recorder
from bodybroker.services.remember_events import Chronicler
from bodybroker.services.switch_branch import switch_branch
from bodybroker.world import rules, views
from bodybroker.world.commands import CommandAdapter

from play.bots.mind import Mind
from play.bots.styles import STYLES
from tests.fakes.event_store import MemoryEventStore
from tests.fakes.log import MemoryLog

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass
class Night:
    """One player's world, a bot of a style that plays it, and the two services of memory on it."""

    player: PlayerId
    seed: int
    memories: Memories
    embeddings: Embeddings
    style: str = "trader"
    store: MemoryEventStore = field(default_factory=MemoryEventStore)

    def __post_init__(self) -> None:
        self.rules = rules.load()
        self.recorder = Recorder(FixedClock(NOON))
        self.desk = CommandDesk(self.store, self.rules, self.recorder, lambda _: None)
        self.key: WorldKey = create_world(self.store, self.rules, self.recorder, self.player, "begin", self.seed, "")[0]
        self.mind = Mind(STYLES[self.style], self.seed)
        memory = memory_rules.load()
        self.chronicler = Chronicler(self.store, self.memories, self.embeddings, self.rules, memory)
        self.mindful = Recall(self.store, self.memories, self.embeddings, self.rules, memory, MemoryLog())
        self._commands = 0

    @property
    def loaded(self) -> Loaded:
        loaded = self.store.load(self.key)
        assert loaded is not None
        return loaded

    def command_id(self) -> str:
        self._commands += 1
        return f"{self.key.world}-{self._commands}"

    def play(self, commands: int) -> None:
        """Let the bot give so many commands."""
        for _ in range(commands):
            view = views.view(self.loaded.state, self.rules)
            command = CommandAdapter.validate_python(self.mind.next(view))
            self.desk.handle(self.key, Submission(self.command_id(), "bot", command))

    def fork(self, version: int, *, switch: bool = True) -> bool:
        """Go back to a version of the branch that is played; False where the way is sealed."""
        try:
            branch_world(self.store, self.recorder, self.key, self.command_id(), Fork(version, switch=switch))
        except Refused:
            return False
        return True

    def switch(self, branch_id: str) -> None:
        """Take up another branch where it was left."""
        switch_branch(self.store, self.recorder, self.key, self.command_id(), branch_id)

"""What the clients know: what they have sent, what came back, and what that commits the backend to."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from bodybroker.kernel.ids import PlayerId, WorldKey
from bodybroker.services.handle_command import Batch
from bodybroker.world.commands import Command, RecordTurn

from tests.simulation.network import Violation


@dataclass(frozen=True)
class Creation:
    """A world that was asked for."""

    seed: int
    name: str


@dataclass(frozen=True)
class Rewind:
    """A fork that was asked for: a rewind where it switches to the new branch."""

    at_version: int


@dataclass(frozen=True)
class Switch:
    """A branch to take up again."""

    branch_id: str


@dataclass(frozen=True)
class Deletion:
    """A branch to delete."""

    branch_id: str


Asked = Command | RecordTurn | Batch | Creation | Rewind | Switch | Deletion


@dataclass(frozen=True)
class Result:
    """Where a command led to."""

    branch_id: str
    version: int
    hash: str


@dataclass
class Sent:
    """A command under its id. `unknown` may have happened or not, `refused` must not have happened."""

    command_id: str
    asked: Asked
    body: dict[str, Any]
    fate: Literal["unknown", "done", "refused"] = "unknown"
    result: Result | None = None
    tries: int = 1
    carried_out: int = 0

    def done(self, result: Result | None) -> None:
        """The backend said what came of it; it must say the same every time."""
        if self.fate == "refused" or (self.fate == "done" and self.result != result):
            raise Violation(f"{self.command_id} was {self.fate} with {self.result}, now it is {result}")
        self.fate, self.result = "done", result


@dataclass
class Ledger:
    """Every command by its scope: a world's, or for those that begin worlds a player's."""

    sent: dict[WorldKey | PlayerId, dict[str, Sent]] = field(default_factory=lambda: defaultdict(dict))
    reached: dict[WorldKey, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def send(self, scope: WorldKey | PlayerId, command_id: str, asked: Asked, body: dict[str, Any]) -> Sent:
        sent = self.sent[scope][command_id] = Sent(command_id, asked, body)
        return sent

    def saw(self, key: WorldKey, result: Result, floor: dict[str, int]) -> None:
        """Somebody was shown a world. `floor` is how far each branch had come when it asked (`how_far`)."""
        if result.version < floor.get(result.branch_id, 0):
            raise Violation(f"{key.world} stood at {floor} and was shown at {result.version}")
        branches = self.reached[key]
        branches[result.branch_id] = max(result.version, branches.get(result.branch_id, 0))

    def deletes(self, key: WorldKey) -> bool:
        """Whether somebody asked for a branch of that world to be deleted."""
        return any(isinstance(sent.asked, Deletion) for sent in self.sent[key].values())

    def deleted(self, key: WorldKey) -> set[str]:
        """The branches of that world whose deletion was acknowledged."""
        done = (sent.asked for sent in self.sent[key].values() if sent.fate == "done")
        return {asked.branch_id for asked in done if isinstance(asked, Deletion)}

    def how_far(self, key: WorldKey) -> dict[str, int]:
        return dict(self.reached[key])

    def all(self) -> Iterator[tuple[WorldKey | PlayerId, Sent]]:
        for scope, commands in self.sent.items():
            for sent in commands.values():
                yield scope, sent

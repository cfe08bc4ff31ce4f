"""Where a bot plays: a world in this process, or one behind the API; to the bot they look the same."""

from typing import Any, Protocol

from bodybroker.world import decide, views
from bodybroker.world.apply import fold
from bodybroker.world.commands import Command, CommandAdapter
from bodybroker.world.events import Event
from bodybroker.world.rules import Rules
from pydantic import TypeAdapter

Json = dict[str, Any]


class Table(Protocol):
    """A world that can be seen and acted upon."""

    @property
    def view(self) -> Json:
        """What the player sees now."""

    def command(self, command: Json) -> object:
        """Carries a command out; an error of the table's own kind when the rules refuse it."""


class LocalTable:
    """A world in this process. `log` holds the events so far when it is kept."""

    _commands: TypeAdapter[Command] = CommandAdapter

    def __init__(self, seed: int, rules: Rules, difficulty: str | None = None, *, keep_log: bool = False) -> None:
        made = decide.create(seed, rules, difficulty)
        self.rules = rules
        self.state = fold(made)
        self.log: list[Event] | None = list(made) if keep_log else None
        self._view: Json | None = None

    @property
    def view(self) -> Json:
        if self._view is None:
            self._view = views.view(self.state, self.rules)
        return self._view

    def command(self, command: Json) -> list[Event]:
        """The events that the command brought about; raises Refused."""
        made = decide.decide(self.state, self._commands.validate_python(command), self.rules)
        self.state = fold(made, self.state)
        self._view = None
        if self.log is not None:
            self.log += made
        return made

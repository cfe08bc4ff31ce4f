"""Through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View
from bodybroker.world.commands import Command
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Its sections."""
    return {}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    yield from ()

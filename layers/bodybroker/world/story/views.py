"""The story through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Objectives, and the words about this place; facts are the director's own."""
    return {
        "objectives": [
            {"objective_id": one.objective_id, "title": one.title, "text": one.text, "status": one.status}
            for one in ordered(state.story.objectives)
        ],
        "description": state.story.descriptions.get(state.player.place_id),
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """A story is not commanded."""
    yield from ()

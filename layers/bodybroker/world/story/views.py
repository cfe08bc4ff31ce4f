"""The story through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Objectives, the words about this place and its document; facts are the director's own."""
    return {
        "objectives": [
            {"objective_id": one.objective_id, "title": one.title, "text": one.text, "status": one.status}
            for one in ordered(state.story.objectives)
        ],
        "description": state.story.descriptions.get(state.player.place_id),
        "location": _location(state),
    }


def _location(state: State) -> View | None:
    """The document of the place where the player is, if it has been made."""
    settled = state.story.locations.get(state.player.place_id)
    return None if settled is None else {"digest": settled.digest, "kind": settled.kind, "title": settled.title}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """A story is not commanded."""
    yield from ()

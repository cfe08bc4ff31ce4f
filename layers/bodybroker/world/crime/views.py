"""Crime and the law through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.crime import commands
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Nothing that the place and the player do not show."""
    return {}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for place in ordered(state.places):
        if place.site.kind == "morgue":
            yield commands.RobMorgue(type="rob_morgue", place_id=place.site.place_id), f"Rob {place.site.name}"
    yield commands.LieLow(type="lie_low"), f"Lie low ({rules.player.lie_low_minutes} min)"

"""What the player sees, and what can be done now and why not. The checks are those of decide: one source of truth."""

from collections.abc import Iterator
from typing import Protocol

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import View
from bodybroker.world.checks import check
from bodybroker.world.city import views as city
from bodybroker.world.commands import Command
from bodybroker.world.conflict import views as conflict
from bodybroker.world.crime import views as crime
from bodybroker.world.empire import views as empire
from bodybroker.world.houses import views as houses
from bodybroker.world.lab import views as lab
from bodybroker.world.market import views as market
from bodybroker.world.powers import views as powers
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.story import views as story
from bodybroker.world.talk import views as talk


class SystemViews(Protocol):
    """How a system shows itself: a module `views` in its package."""

    def view(self, state: State, rules: Rules) -> View:
        """Its part of the view, by sections; no secret among it."""

    def candidates(self, state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
        """Every command worth showing now, allowed or not, with a title."""


MENUS: dict[str, SystemViews] = {
    "danger": conflict,
    "city": city,
    "crime": crime,
    "lab": lab,
    "powers": powers,
    "market": market,
    "houses": houses,
    "empire": empire,
    "story": story,
    "talk": talk,
}


def view(state: State, rules: Rules) -> View:
    """The world through the player's eyes, as plain data."""
    shown: View = {}
    for system in MENUS.values():
        shown |= system.view(state, rules)
    return {**shown, "actions": actions(state, rules)}


def actions(state: State, rules: Rules) -> list[View]:
    """What can be done now, and what cannot and by which rule; `menu` names the system that an action belongs to."""
    return [
        _action(state, menu, command, title, rules)
        for menu, system in MENUS.items()
        for command, title in system.candidates(state, rules)
    ]


def _action(state: State, menu: str, command: Command, title: str, rules: Rules) -> View:
    action: View = {"menu": menu, "command": command.plain(), "title": title, "allowed": True}
    try:
        check(state, command, rules)
    except Refused as refusal:
        action |= {"allowed": False, "rule": refusal.code, "reason": refusal.detail}
    return action

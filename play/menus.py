"""What can be done, as menus: short ones open, long ones folded until they are asked for."""

from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape

Json = dict[str, Any]
OPEN_LIMIT = 6
"""A menu with more entries than this is shown folded."""
ADJUSTABLE = ("cents", "ask_cents", "minutes")
"""Fields of a command for which the view only suggests a value."""


@dataclass
class Menus:
    """The allowed actions by menu; a folded menu is opened by its name."""

    actions: list[Json]
    opened: set[str] = field(default_factory=set)

    def show(self, console: Console) -> None:
        """Numbers run through all menus, folded ones included."""
        number = 0
        for name, entries in self._by_menu().items():
            first, number = number + 1, number + len(entries)
            if len(entries) > OPEN_LIMIT and name not in self.opened:
                console.print(f"  [bold]{name}[/] [dim]{len(entries)} things to do: {name} shows them[/]")
                continue
            for offset, action in enumerate(entries):
                console.print(f"  [bold]{first + offset:>3}[/] [dim]{name:<7}[/] {escape(action['title'])}")

    def toggle(self, name: str) -> bool:
        """Opens or folds the menu of that name; False when there is none."""
        if name not in self._by_menu():
            return False
        self.opened ^= {name}
        return True

    def command(self, number: int) -> Json:
        """The command under a number; IndexError when there is none."""
        if number < 1:
            raise IndexError(number)
        ordered = [action for entries in self._by_menu().values() for action in entries]
        return dict(ordered[number - 1]["command"])

    def _by_menu(self) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {}
        for action in self.actions:
            if action["allowed"]:
                found.setdefault(action["menu"], []).append(action)
        return found

"""A person plays: a menu of what can be done, and free speech with whoever is here."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.prompt import Prompt

from play import intents, screen
from play.client import ApiError
from play.game import CannotDo, Game
from play.menus import ADJUSTABLE, Menus
from play.places import Places
from play.summary import Summary

HELP = (
    "a number to act · a menu's name to open it · t to talk · l to look around · l why for who told of it · "
    "s for how things stand · h for history · r VERSION to go back · b for what is barred · q to leave"
)


class Interactive:
    """Plays until the player leaves; whatever was done is already kept by the server."""

    def __init__(self, game: Game, places: Places, summary: Summary, console: Console) -> None:
        self._game = game
        self._places = places
        self._summary = summary
        self._console = console

    def play(self) -> None:
        self._console.print(f"[dim]{HELP}[/]")
        menus = Menus([])
        while True:
            view = self._game.look()
            screen.show_place(self._console, view)
            self._places.follow()
            menus.actions = view["actions"]
            menus.show(self._console)
            choice = Prompt.ask("[bold]>[/]", console=self._console).strip()
            if choice == "q":
                return
            try:
                self._act(choice, menus)
                self._summary.steps_done += 1
            except (ApiError, CannotDo) as error:
                self._console.print(f"[yellow]{error}[/]")

    def _act(self, choice: str, menus: Menus) -> None:
        if choice.isdigit():
            self._command(self._adjusted(menus, int(choice)))
        elif menus.toggle(choice):
            return
        elif choice == "t":
            self._talk()
        elif choice == "l":
            self._places.look()
        elif choice == "l why":
            self._places.explain()
        elif choice == "s":
            screen.show_standing(self._console, self._game.view)
        elif choice == "h":
            screen.show_history(self._console, list(self._game.client.history(self._game.id)))
        elif choice == "b":
            for action in self._game.view["actions"]:
                if not action["allowed"]:
                    self._console.print(f"  [dim]{action['title']}: {action['reason']}[/]")
        elif choice.startswith("r ") and choice[2:].strip().isdigit():
            self._game.rewind(int(choice[2:]))
        else:
            self._console.print(f"[dim]{HELP}[/]")

    def _command(self, command: dict[str, Any]) -> None:
        screen.show_events(self._console, self._game.command(command), self._game.view)

    def _adjusted(self, menus: Menus, number: int) -> dict[str, Any]:
        """The command of a menu's entry, with the player's own numbers where the view only suggests some."""
        try:
            command = menus.command(number)
        except IndexError:
            raise CannotDo(f"there is no {number} in the menus") from None
        for name in ADJUSTABLE:
            if name in command:
                command[name] = _number(name.replace("_", " "), command[name], self._console)
        return command

    def _talk(self) -> None:
        here = self._game.view["npcs"]
        if not here:
            raise CannotDo("nobody is here")
        names = [npc["name"] for npc in here]
        name = names[0] if len(names) == 1 else Prompt.ask("With whom?", choices=names, console=self._console)
        npc = here[names.index(name)]
        self._game.meet(npc)
        self._console.print(f"[dim]an empty line ends the talk · {escape(intents.HELP)}[/]")
        while typed := Prompt.ask("[cyan]You[/]", console=self._console, default="", show_default=False).strip():
            try:
                self._say(npc, *intents.read(typed, self._game.people))
            except (ApiError, CannotDo) as refusal:
                self._console.print(f"[yellow]{escape(str(refusal))}[/]")

    def _say(self, npc: dict[str, Any], intent: dict[str, Any] | None, text: str) -> None:
        self._console.print(f"   [red]{npc['name']}:[/] ", end="")
        turn = self._game.say(npc, text, intent)
        screen.show_turn_end(self._console, turn)
        self._summary.turns.append(turn)


def _number(name: str, suggested: int, console: Console) -> int:
    answer = Prompt.ask(name, console=console, default=str(suggested)).strip()
    if not answer.isdigit():
        raise CannotDo(f"{answer!r} is no number")
    return int(answer)

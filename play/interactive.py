"""A person plays: a menu of what can be done, and free speech with whoever is here."""

from typing import Any

from rich.console import Console
from rich.prompt import Prompt

from play import screen
from play.client import ApiError
from play.game import CannotDo, Game
from play.summary import Summary

HELP = (
    "a number to act · t to talk · w to wait · h for history · r VERSION to go back · b for what is barred · q to leave"
)


class Interactive:
    """Plays until the player leaves; whatever was done is already kept by the server."""

    def __init__(self, game: Game, summary: Summary, console: Console) -> None:
        self._game = game
        self._summary = summary
        self._console = console

    def play(self) -> None:
        self._console.print(f"[dim]{HELP}[/]")
        while True:
            view = self._game.look()
            screen.show_place(self._console, view)
            allowed = [action for action in view["actions"] if action["allowed"]]
            for number, action in enumerate(allowed, 1):
                self._console.print(f"  [bold]{number:>2}[/] {action['title']}")
            choice = Prompt.ask("[bold]>[/]", console=self._console).strip()
            if choice == "q":
                return
            try:
                self._act(choice, allowed)
                self._summary.steps_done += 1
            except (ApiError, CannotDo) as error:
                self._console.print(f"[yellow]{error}[/]")

    def _act(self, choice: str, allowed: list[dict[str, Any]]) -> None:
        if choice.isdigit() and 1 <= int(choice) <= len(allowed):
            self._command(allowed[int(choice) - 1]["command"])
        elif choice == "t":
            self._talk()
        elif choice == "w":
            self._command({"type": "wait", "minutes": _number("How many minutes (1 to 720)?", self._console)})
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

    def _talk(self) -> None:
        here = self._game.view["npcs"]
        if not here:
            raise CannotDo("nobody is here")
        names = [npc["name"] for npc in here]
        name = names[0] if len(names) == 1 else Prompt.ask("With whom?", choices=names, console=self._console)
        npc = here[names.index(name)]
        self._game.meet(npc)
        self._console.print("[dim]an empty line ends the talk[/]")
        while text := Prompt.ask("[cyan]You[/]", console=self._console, default="", show_default=False).strip():
            self._console.print(f"   [red]{npc['name']}:[/] ", end="")
            turn = self._game.say(npc, text)
            screen.show_turn_end(self._console, turn)
            self._summary.turns.append(turn)


def _number(question: str, console: Console) -> int:
    answer = Prompt.ask(question, console=console).strip()
    if not answer.isdigit():
        raise CannotDo(f"{answer!r} is no number")
    return int(answer)

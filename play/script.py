"""A written night: steps in YAML, each resolved against what the player sees at that moment."""

from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from play import screen
from play.client import ApiError
from play.game import CannotDo, Game
from play.places import Places
from play.summary import Summary

NIGHTS = Path(__file__).parent / "nights"
LONGEST_WAIT = 720
LONGEST_DANGER = 20
"""Commands after which a danger must be over."""


def load(name: str) -> dict[str, Any]:
    """The night called `name`; CannotDo lists the written ones if there is none."""
    path = NIGHTS / f"{name}.yaml"
    if not path.is_file():
        written = ", ".join(sorted(night.stem for night in NIGHTS.glob("*.yaml")))
        raise CannotDo(f"no night called {name!r}; there are: {written}")
    return dict(yaml.safe_load(path.read_text()))


class Script:
    """Plays the steps one after another and counts them into the summary; `places` has them described meanwhile."""

    def __init__(
        self, night: dict[str, Any], game: Game, summary: Summary, console: Console, places: Places | None = None
    ) -> None:
        self._steps = [step if isinstance(step, dict) else {step: True} for step in night["steps"]]
        self._in_danger: list[str] = night["in_danger"]
        self._game = game
        self._places = places
        self._summary = summary
        self._console = console
        self._npc: dict[str, Any] = {}
        self._versions: dict[str, int] = {}

    def play(self) -> None:
        self._summary.steps_total = len(self._steps)
        for number, step in enumerate(self._steps, 1):
            verb, value = next(iter(step.items()))
            extra = {key: value for key, value in step.items() if key not in (verb, "may_be_refused")}
            self._console.print(f"[dim]{number:>2}[/] [bold]{verb}[/] {'' if value is True else value} {extra or ''}")
            try:
                getattr(self, f"_{verb}")(value, **extra)
            except (CannotDo, ApiError) as refusal:
                if not step.get("may_be_refused"):
                    raise
                self._console.print(f"   [yellow]refused: {refusal}[/]")
            self._summary.steps_done = number

    def _look(self, _: bool) -> None:
        screen.show_place(self._console, self._game.look())
        self._follow()

    def _see(self, seconds: int) -> None:
        """The description of this place, which may take so long."""
        if self._places is None:
            raise CannotDo("in this night no places are made")
        self._places.wait(seconds)

    def _go(self, kind: str) -> None:
        """Next door, or by way of the street."""
        here = self._game.view["place"]
        if kind not in (here["kind"], *(way["kind"] for way in here["exits"])):
            self._walk("street")
        self._walk(kind)

    def _walk(self, kind: str) -> None:
        self._show(self._game.go(kind))
        self._survive()

    def _do(self, kind: str, to: str | None = None, **wanted: str) -> None:
        if to:
            wanted["npc_id"] = self._game.npc(to, ready_for=kind)["npc_id"]
        self._command(self._game.action(kind, **wanted))

    def _wait_until(self, what: str) -> None:
        while (minutes := self._minutes_until(what)) > 0:
            self._command({"type": "wait", "minutes": min(minutes, LONGEST_WAIT)})

    def _minutes_until(self, what: str) -> int:
        """Game minutes until it may be so: to the next hour where the view does not tell the moment."""
        view = self._game.view
        if what == "night":
            return 0 if view["time"]["phase"] == "night" else 60 - int(view["time"]["minute"]) % 60
        growing = [int(growth["ready_minute"]) for growth in view["lab"]["growths"] if not growth["ready"]]
        return max(growing, default=0) - int(view["time"]["minute"]) if growing else 0

    def _meet(self, race: str) -> None:
        self._npc = self._game.npc(race)
        self._game.meet(self._npc)
        screen.show_npc(self._console, self._npc)

    def _say(self, text: str) -> None:
        screen.show_said(self._console, text, self._npc)
        turn = self._game.say(self._npc, text)
        screen.show_turn_end(self._console, turn)
        self._summary.turns.append(turn)
        self._survive()

    def _remember(self, name: str) -> None:
        self._versions[name] = self._game.version

    def _rewind(self, name: str) -> None:
        self._game.rewind(self._versions[name])
        self._console.print(f"   back at version {self._versions[name]}, on branch {self._game.world['branch_id']}")

    def _history(self, _: bool) -> None:
        screen.show_history(self._console, list(self._game.client.history(self._game.id))[-8:])

    def _command(self, command: dict[str, Any]) -> None:
        self._show(self._game.command(command))
        self._survive()

    def _survive(self) -> None:
        """Does what is written for a danger, the last of it until the danger is over, and goes back to where it arose.

        A script cannot know when the police come; so the night says once what is then to be done.
        """
        if not self._threatened:
            return
        place = self._game.view["place"]["kind"]
        for tried in range(LONGEST_DANGER):
            kind = self._in_danger[min(tried, len(self._in_danger) - 1)]
            self._console.print(f"   [red]in danger:[/] {kind}")
            self._show(self._game.command(self._game.action(kind)))
            if not self._threatened:
                self._go(place)
                return
        raise CannotDo(f"still in danger after {LONGEST_DANGER} commands")

    @property
    def _threatened(self) -> bool:
        return self._game.view["danger"] is not None

    def _show(self, events: list[dict[str, Any]]) -> None:
        screen.show_events(self._console, events, self._game.view)
        self._follow()

    def _follow(self) -> None:
        if self._places is not None:
            self._places.follow()

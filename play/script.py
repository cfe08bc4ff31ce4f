"""A written night: steps in YAML, each resolved against what the player sees at that moment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from play import screen
from play.client import ApiError
from play.game import CannotDo, Game
from play.intents import claim
from play.places import Places
from play.rumours import Rumour, chain
from play.summary import Summary

Json = dict[str, Any]

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
        self._rumour: Rumour | None = None

    def play(self, stay: Callable[[], None] = lambda: None) -> None:
        """Every step in turn; `stay` is asked before each, and raises where the player has left."""
        self._summary.steps_total = len(self._steps)
        for number, step in enumerate(self._steps, 1):
            stay()
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

    def _say(self, text: str, intent: Json | None = None) -> None:
        screen.show_said(self._console, text, self._npc, intent)
        turn = self._game.say(self._npc, text, intent)
        screen.show_turn_end(self._console, turn)
        self._summary.turns.append(turn)
        self._survive()

    def _bribe(self, dollars: int, saying: str) -> None:
        self._say(saying, {"type": "bribe", "cents": 100 * dollars})

    def _lie(self, predicates: list[str], of: str, saying: str) -> None:
        """Lies about somebody of that race whom the player has seen; the next lie where one is seen through."""
        subject = next(npc_id for npc_id, npc in self._game.people.items() if npc["race"] == of)
        for predicate in predicates:
            if all(npc["npc_id"] != self._npc["npc_id"] for npc in self._game.view["npcs"]):
                self._meet(self._npc["race"])  # whom a model moves may have left meanwhile
            rumour = Rumour(self._game, claim(subject, predicate), self._npc["npc_id"])
            self._say(saying, {"type": "lie", "claim": rumour.claim})
            if rumour.held_by(rumour.first):
                self._rumour = rumour
                return
        raise CannotDo(f"{self._npc['name']} believes none of it")

    def _hear_it_back(self, hours: int, saying: str) -> None:
        """Waits until the lie has come round to somebody else who is here, and asks that one about it."""
        assert self._rumour is not None, "a lie comes first"
        self._npc, belief = self._rumour.come_round(hours, self._command)
        self._console.print(f"   [magenta]{self._npc['name']} believes:[/] {belief['text']}", highlight=False)
        for line in chain(belief["why"]):
            self._console.print(f"   [dim]  {line}[/]", highlight=False)
        self._game.meet(self._npc)
        self._say(saying, {"type": "ask", "subject": self._rumour.claim["subject"]})

    def _forgotten(self, _: bool) -> None:
        """Nobody whom the player has seen believes the lie."""
        assert self._rumour is not None, "a lie comes first"
        if names := self._rumour.believers():
            raise CannotDo(f"still believed by {', '.join(names)}")
        self._console.print("   nobody has ever heard of it")

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

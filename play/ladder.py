"""`make ladder`: one NPC is spoken to again and again while rung after rung is switched off, until no model is left.

Everything goes through the public doors: the local cloud's endpoints fail to order, the stand-in for the providers too,
and an operator throws the kill switch. Exit status 1 where a rung did not answer when it should have.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from bodybroker.models import budget
from rich.console import Console
from rich.table import Table

from local_cloud import faults
from local_cloud.control import LocalCloud
from local_cloud.paths import DEFAULT_STATE_DIR
from local_cloud.services import client_environment
from play.client import Client
from play.game import Game
from play.phases import Phases, module
from play.script import Script, load
from play.summary import Summary

RACE, PLAN = "ghoul", "vip"
SAID = "Good evening. What would you pay for a hand?"
TRIES = 3
"""What is asked for the first time has to start first, and may miss its deadline by that."""


@dataclass(frozen=True)
class Situation:
    """What is switched off, how, and a word in the name of the model that is then to answer: none, where none is."""

    off: str
    change: Callable[[], None]
    answers: str


class Ladder:
    """One run, on a local cloud that is up."""

    def __init__(self, cloud: LocalCloud, console: Console) -> None:
        self._cloud = cloud
        self._console = console
        endpoints = cloud.endpoints() or {}
        self._api, self._providers = f"{endpoints['api']}/v1", endpoints["providers"]
        self._environment = client_environment(endpoints["aws"])

    def situations(self) -> list[Situation]:
        """From everything on to everything off, and back."""
        return [
            Situation("nothing", self._restore, "silver"),
            Situation("silver", lambda: self._fail("bodybroker-silver"), "gold"),
            Situation("silver, gold", lambda: self._fail("bodybroker-gold"), "cloud"),
            Situation("silver, gold, the providers", self._fail_providers, ""),
            Situation("all, by the kill switch", lambda: self._switch("off"), ""),
        ]

    def run(self) -> bool:
        """Play it; whether every rung answered when it was its turn."""
        table = Table("switched off", "answered by", "try", "first token", "cost", "line", title=RACE)
        as_expected = True
        self._restore()
        try:
            with Client(self._api) as client:
                game = self._walk(client)
                for situation in self.situations():
                    situation.change()
                    as_expected &= self._ask(game, situation, table)
        finally:
            self._restore()
        self._console.print(table)
        return as_expected

    def _ask(self, game: Game, situation: Situation, table: Table) -> bool:
        """Speak until the right one answers; whether it did."""
        for tried in range(1, TRIES + 1):
            turn = game.say(game.npc(RACE), SAID)
            cost = f"${turn.usage['cost_nanodollars'] / 1e9:.6f}"
            answered_by, first_token = turn.model or "procedural", f"{turn.first_token_ms:.0f} ms"
            table.add_row(situation.off, answered_by, str(tried), first_token, cost, turn.line)
            if situation.answers in turn.model if situation.answers else not turn.model:
                return True
        return False

    def _walk(self, client: Client) -> Game:
        """A player of the plan with the longest ladder, face to face with the NPC."""
        player = client.sign_in()["player_id"]
        self._operate("scripts.change_plan", player, PLAN)
        client.refresh()
        night = load("ladder")
        game = Game(client, client.create_world(night["seed"]))
        Script(night, game, Summary("ladder"), self._console).play()
        return game

    def _restore(self) -> None:
        for endpoint in ("bodybroker-silver", "bodybroker-gold"):
            self._fail(endpoint, None)
        self._order_providers([])
        self._switch("on")

    def _fail(self, endpoint: str, kind: str | None = "down") -> None:
        faults.order(self._cloud.paths.faults, endpoint, kind)

    def _fail_providers(self) -> None:
        self._order_providers([{"provider": "*", "kind": "status"}])

    def _order_providers(self, ordered: list[dict[str, str]]) -> None:
        httpx.put(f"{self._providers}/control/faults", json={"faults": ordered}).raise_for_status()

    def _switch(self, level: str) -> None:
        self._operate("scripts.spending", "switch", level)
        time.sleep(budget.load().switch_cache_s)

    def _operate(self, *command: str) -> None:
        subprocess.run(module(*command), check=True, env=self._environment, stdout=subprocess.DEVNULL)  # noqa: S603


def main() -> int:
    """Bring the local cloud up where it is down, and play."""
    parser = argparse.ArgumentParser(prog="make ladder", description=__doc__)
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE_DIR)
    options = parser.parse_args()
    console, cloud = Console(), LocalCloud(options.state_dir)
    was_up = bool(cloud.processes())
    phases = Phases(console, {})
    try:
        for phase, lines in (("up", 4), ("deploy", 190)):
            phases.run(phase, module("local_cloud", "--state-dir", str(options.state_dir), phase), lines)
        return 0 if Ladder(cloud, console).run() else 1
    finally:
        if not was_up:
            cloud.down()


if __name__ == "__main__":
    sys.exit(main())

"""`make play`: bring up the local cloud, deploy, play a night, end everything that was started.

Without a script and with a terminal a person plays; `--script NAME` plays a written night in a new world. The summary
goes to the screen and to `build/play.json`; the exit status is 0 only if the night was whole.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

import httpx
from rich.console import Console

from local_cloud.control import LocalCloud
from local_cloud.paths import DEFAULT_STATE_DIR
from play import screen
from play.client import ApiError, Client
from play.game import CannotDo, Game
from play.interactive import Interactive
from play.phases import PhaseFailed, Phases, module
from play.places import Places
from play.saved import SavedGame
from play.script import Script, load
from play.sse import ServerEvent
from play.summary import Summary

ROOT = Path(__file__).parents[1]
EXPECTED_LINES = {"local cloud": 4, "deploy": 190}


class Player:
    """One run of `make play`."""

    def __init__(self, options: argparse.Namespace, console: Console) -> None:
        self._options = options
        self._console = console
        self._cloud = LocalCloud(options.state_dir)
        self._started = float(os.environ.get("PLAY_STARTED", time.time()))
        self._summary = Summary(night=options.script or "free play")
        if installed := os.environ.get("PLAY_INSTALLED"):
            self._summary.phases["install"] = float(installed) - self._started
        self._game: Game | None = None
        self._is_leaving = False

    def run(self) -> int:
        was_up = bool(self._cloud.processes())
        signal.signal(signal.SIGINT, self._leave)
        try:
            self._bring_up()
            self._play()
            self._summary.ok = True
        except KeyboardInterrupt:
            self._summary.ok = not self._options.script
            self._summary.error = "interrupted"
            self._console.print("\n[dim]leaving; everything done so far is kept[/]")
        except (ApiError, CannotDo, PhaseFailed, httpx.TransportError) as error:
            self._summary.error = str(error)
            self._console.print(f"[red]{error}[/]", highlight=False)
        finally:
            self._finish(stop=not was_up)
        return 0 if self._summary.ok else 1

    def _leave(self, *_: object) -> None:
        self._is_leaving = True
        raise KeyboardInterrupt

    def _stay(self) -> None:
        """Python drops an interrupt that comes while it tidies up; it is raised again before the next step."""
        if self._is_leaving:
            raise KeyboardInterrupt

    def _bring_up(self) -> None:
        phases = Phases(self._console, self._summary.phases)
        on_this_cloud = ("local_cloud", "--state-dir", str(self._options.state_dir))
        phases.run("local cloud", module(*on_this_cloud, "up"), EXPECTED_LINES["local cloud"])
        phases.run("deploy", module(*on_this_cloud, "deploy"), EXPECTED_LINES["deploy"])

    def _play(self) -> None:
        saved = SavedGame(self._options.state_dir / "player.json")
        endpoints = self._cloud.endpoints() or {}
        with Client(endpoints["api"] + "/v1", on_tokens=lambda tokens: saved.put(tokens=tokens)) as client:
            if self._options.script:
                night = load(self._options.script)
                saved.put(device_token=client.sign_in()["device_token"])
                world = client.create_world(night["seed"])
                saved.put(world=world["world_id"])
                self._game = Game(client, world, self._on_event)
                places = Places(self._game, self._summary, self._console)
                Script(night, self._game, self._summary, self._console, places).play(self._stay)
            else:
                self._game = Game(client, self._resume(client, saved), self._on_event)
                places = Places(self._game, self._summary, self._console)
                Interactive(self._game, places, self._summary, self._console).play()
            self._count()

    def _resume(self, client: Client, saved: SavedGame) -> dict[str, object]:
        """The world where the player stopped, or a new one when there is none, or none any more."""
        if "world" in saved.data:
            try:
                return self._come_back(client, saved)
            except ApiError as error:
                if error.status not in (401, 404):
                    raise
        saved.put(device_token=client.sign_in()["device_token"])
        world = client.create_world(self._options.seed)
        saved.put(world=world["world_id"])
        return world

    def _come_back(self, client: Client, saved: SavedGame) -> dict[str, object]:
        client.tokens = saved.data["tokens"]
        try:
            return client.world(saved.data["world"])
        except ApiError as error:
            if error.status != 401:
                raise
        client.sign_in(saved.data["device_token"])
        return client.world(saved.data["world"])

    def _on_event(self, event: ServerEvent) -> None:
        if event.name == "token" and self._summary.to_first_token_s is None:
            self._summary.to_first_token_s = round(time.time() - self._started, 1)
        screen.show_stream(self._console, event)

    def _count(self) -> None:
        assert self._game is not None
        self._game.look()
        self._summary.world = self._game.id
        self._summary.version = self._game.version
        self._summary.hash = self._game.world["hash"]
        self._summary.events = sum(1 for _ in self._game.client.history(self._game.id))

    def _finish(self, *, stop: bool) -> None:
        if stop:
            self._cloud.down()
        self._summary.show(self._console)
        self._summary.write(ROOT / "build" / "play.json")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make play", description="Play a night on the local cloud.")
    parser.add_argument("--script", help="a written night, such as first_night")
    parser.add_argument("--seed", type=int, default=11, help="the seed of a new world for free play")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE_DIR, help="the local cloud's state folder")
    options = parser.parse_args()
    console = Console()
    if not options.script and not sys.stdin.isatty():
        console.print("No terminal to play on. A written night: make play SCRIPT=first_night")
        return 2
    return Player(options, console).run()


if __name__ == "__main__":
    sys.exit(main())

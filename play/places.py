"""Places that are made ahead: asked for wherever the player arrives and at dusk, shown where they are described.

They are made behind the night: nothing that the player does waits for them, and a failure only leaves a place bare.
"""

import time
from typing import Any

import httpx
from rich.console import Console

from play import scenery
from play.client import ApiError
from play.game import CannotDo, Game
from play.summary import Seen, Summary

Json = dict[str, Any]
POLL_S = 0.5


class Places:
    """Follows one game: where the player is, and which places he has seen described."""

    def __init__(self, game: Game, summary: Summary, console: Console) -> None:
        self._game = game
        self._summary = summary
        self._console = console
        self._last: tuple[str, str] | None = None
        self._arrived, self._was_ready = 0.0, False
        self._shown: set[str] = set()

    def follow(self) -> None:
        """To be called whenever the view has changed: asks for what comes next, shows what is made where one stands."""
        view = self._game.view
        now = (view["place"]["place_id"], view["time"]["phase"])
        if self._last is None or now[0] != self._last[0]:
            self._arrived, self._was_ready = time.monotonic(), self._is_made(view)
        if now != self._last:
            self._last = now
            self._ask(now[0])
        self._show()

    def look(self) -> None:
        """The place as it is described, once more."""
        scenery.show(self._console, self._document())

    def explain(self) -> None:
        """How the place came to be."""
        place = self._game.view["place"]["place_id"]
        scenery.explain(self._console, self._game.client.provenance(self._game.id, place))

    def wait(self, seconds: float) -> None:
        """Until the place where the player stands is made; CannotDo where it is not after so many seconds."""
        until = time.monotonic() + seconds
        while not self._is_made(self._game.look()):
            if time.monotonic() >= until:
                raise CannotDo(f"{self._game.view['place']['name']} is still in the making after {seconds:g} s")
            time.sleep(POLL_S)
        self._show()

    def _ask(self, place: str) -> None:
        try:
            schedule = self._game.client.prefetch(self._game.id, place)
        except (ApiError, httpx.TransportError) as error:
            self._console.print(f"   [dim]nothing is made ahead: {error}[/]", highlight=False)
            return
        self._summary.asked_ahead += len(schedule["begun"])
        scenery.show_schedule(self._console, schedule)

    def _show(self) -> None:
        view = self._game.view
        if not self._is_made(view) or view["location"]["digest"] in self._shown:
            return
        document = self._document()
        self._shown.add(view["location"]["digest"])
        waited = 0.0 if self._was_ready else round(time.monotonic() - self._arrived, 1)
        self._summary.places.append(Seen.of(document, waited))
        scenery.show(self._console, document)

    def _document(self) -> Json:
        try:
            answer = self._game.client.location(self._game.id, self._game.view["place"]["place_id"])
            return dict(answer["location"])
        except ApiError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
            raise CannotDo("nobody has described this place yet") from error

    @staticmethod
    def _is_made(view: Json) -> bool:
        return view.get("location") is not None

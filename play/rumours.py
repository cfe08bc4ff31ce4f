"""A claim on its way from mouth to mouth: who of those whom the player has seen believes it, and why."""

from collections.abc import Callable, Iterator
from typing import Any

from play.game import CannotDo, Game

Json = dict[str, Any]
STEP_MINUTES = 60


class Rumour:
    """A claim that the player told somebody (`first`)."""

    def __init__(self, game: Game, claim: Json, first: str) -> None:
        self._game = game
        self.claim = claim
        self.first = first

    def held_by(self, npc_id: str) -> Json | None:
        """The belief of an NPC that the claim is true."""
        held = (each for each in self._game.beliefs(npc_id) if {key: each[key] for key in self.claim} == self.claim)
        return next(held, None)

    def come_round(self, hours: int, wait: Callable[[Json], None]) -> tuple[Json, Json]:
        """Wait here until somebody who was not told by the player believes it; who, and the belief. `wait` carries a
        command out. CannotDo after that many hours of the game's clock."""
        for _ in range(hours * 60 // STEP_MINUTES + 1):
            for npc in self._game.view["npcs"]:
                if npc["npc_id"] not in (self.first, self.claim["subject"]):
                    belief = self.held_by(npc["npc_id"])
                    if belief is not None:
                        return npc, belief
            wait({"type": "wait", "minutes": STEP_MINUTES})
        raise CannotDo(f"nobody here has heard of it in {hours} hours")

    def believers(self) -> list[str]:
        """Names of all who believe it, of those whom the player has seen."""
        return sorted(npc["name"] for npc_id, npc in self._game.people.items() if self.held_by(npc_id))


def chain(reasons: list[Json]) -> Iterator[str]:
    """Why somebody believes something, from mouth to mouth back to where it began."""
    for reason in reasons:
        source = reason.get("source_name", "nobody else")
        yield f"{reason['kind']} by {source}, strength {reason['strength']}, event {reason['version']}"
        yield from (f"  {line}" for line in chain(list(reason.get("because", []))))

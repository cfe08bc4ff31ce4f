"""What a player hears of a turn while it happens."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.minds.floor import Stop
from bodybroker.services.recording import Outcome
from bodybroker.world.known import known
from bodybroker.world.market import events as market
from bodybroker.world.talk import events as talk
from bodybroker.world.talk import known as known_talk

T = TypeVar("T")
Source = Literal["model", "procedural"]
CutReason = Literal["deadline", "unavailable", "refused", "broken", "garbage", "superseded", "unsafe", "disagrees"]


class Started(Struct, frozen=True):
    """An NPC begins to answer; `model` is the endpoint that is asked. Each who answers begins once."""

    turn_id: str
    npc_id: EntityId
    source: Source
    model: str


class Token(Struct, frozen=True):
    """The next piece of an NPC's line."""

    text: str
    npc_id: EntityId


class OfferMade(Struct, frozen=True, tag="offer_made", tag_field="type"):
    """The NPC gave its word to pay `price_cents` for one `part`, until a minute of the game's clock."""

    npc_id: EntityId
    part: str
    price_cents: int
    expires_minute: int


Act = (
    talk.MoodChanged
    | OfferMade
    | known_talk.NpcLeft
    | known_talk.PriceAsked
    | talk.AskEnded
    | known_talk.BribeTaken
    | talk.ThreatMade
    | talk.WordGiven
    | talk.WordKept
    | known_talk.DebtPaid
    | talk.OfferHeld
    | talk.QuestGiven
    | known_talk.ClaimTold
)
"""What was done in a turn besides talking, by the NPC or by the player."""

SHOWN = (
    talk.MoodChanged,
    talk.NpcLeft,
    talk.PriceAsked,
    talk.AskEnded,
    talk.BribeTaken,
    talk.ThreatMade,
    talk.WordGiven,
    talk.WordKept,
    talk.DebtPaid,
    talk.OfferHeld,
    talk.QuestGiven,
    talk.ClaimTold,
)


class Cut(Struct, frozen=True):
    """Drop the NPC's line so far: another one follows."""

    reason: CutReason
    npc_id: EntityId


class Bill(Struct, frozen=True):
    """Tokens of the turn's model calls and their price; nothing for a turn told again."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_nanodollars: int


class Answered(Struct, frozen=True):
    """What one NPC answered, as it stands in the log; speech without a model is English."""

    npc_id: EntityId
    line: str
    source: Source
    model: str
    language: str


class Notice(Struct, frozen=True):
    """The player's words were held back (`hold`), or the player is offered help (`help`, with words to be shown as they
    are, outside the story). No model has read them and nobody keeps them; an NPC answers all the same."""

    action: Literal["hold", "help"]
    category: str
    text: str


class Done(Struct, frozen=True):
    """The turn is recorded: the world's version and hash after it, and the line of whom the player spoke to as it
    stands in the log. `answers` are the lines of all who answered, `stopped` says why they did not finish,
    `intent_refused` why what the player did came to nothing after all."""

    version: int
    branch_id: str
    hash: str
    source: Source
    model: str
    usage: Bill
    first_token_ms: int
    line: str
    answers: tuple[Answered, ...]
    stopped: Stop | None = None
    intent_refused: talk.RefusedIntent | None = None


class Failed(Struct, frozen=True):
    """The turn could not be recorded; `problem` says why."""

    problem: dict[str, Any]


TurnEvent = Notice | Started | Token | Act | Cut | Done | Failed

NAMES: dict[type, str] = {Notice: "notice", Started: "start", Token: "token", Cut: "cut", Done: "done", Failed: "error"}
"""Names of server-sent events; everything else that happens is an `act`."""


def name_of(event: TurnEvent) -> str:
    """The event's name on the wire."""
    return NAMES.get(type(event), "act")


@dataclass
class Listener:
    """The player's side of a turn. Whoever stops it says why; the models are then stopped too."""

    emit: Callable[[TurnEvent], None]
    stopped: Stop | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self, why: Stop) -> None:
        """Nobody listens any more; the first reason counts."""
        self.stopped = self.stopped or why
        self._stop.set()

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What the work gives; None where the listener stops before, which ends the work."""
        working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            return None
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.wait({working, stopping})


def acts_of(outcome: Outcome) -> list[Act]:
    """What the two did, as far as the rules let them; what else happened meanwhile is not their doing."""
    found: list[Any] = []
    for recorded in outcome.recorded:
        match recorded.event:
            case market.OfferMade(offer):
                found.append(OfferMade(offer.npc_id, offer.part, offer.price_cents, offer.expires_minute))
            case event if isinstance(event, SHOWN):
                found.append(known(event))
    return found

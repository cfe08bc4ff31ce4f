"""What a player hears of a turn while it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.services.recording import Outcome
from bodybroker.world.market import events as market
from bodybroker.world.talk import events as talk
from bodybroker.world.talk.known import NpcLeft

Source = Literal["model", "procedural"]
CutReason = Literal["deadline", "unavailable", "refused", "broken", "garbage", "superseded"]


class Started(Struct, frozen=True):
    """The turn has begun; `model` is the endpoint that is asked."""

    turn_id: str
    npc_id: EntityId
    source: Source
    model: str


class Token(Struct, frozen=True):
    """The next piece of the line."""

    text: str


class OfferMade(Struct, frozen=True, tag="offer_made", tag_field="type"):
    """The NPC gave its word to pay `price_cents` for one `part`, until a minute of the game's clock."""

    npc_id: EntityId
    part: str
    price_cents: int
    expires_minute: int


Act = talk.MoodChanged | OfferMade | NpcLeft


class Cut(Struct, frozen=True):
    """Drop the line so far: another one follows."""

    reason: CutReason


class Bill(Struct, frozen=True):
    """Tokens of the turn's model calls and their price; nothing for a turn told again."""

    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost_nanodollars: int


class Done(Struct, frozen=True):
    """The turn is recorded: the world's version and hash after it, and the line as it stands in the log."""

    version: int
    branch_id: str
    hash: str
    source: Source
    model: str
    usage: Bill
    first_token_ms: int
    line: str


TurnEvent = Started | Token | Act | Cut | Done


@dataclass
class Listener:
    """The player's side of a turn. The door sets `left` when the player is gone; the model is then stopped."""

    emit: Callable[[TurnEvent], None]
    left: bool = False


def acts_of(outcome: Outcome) -> list[Act]:
    """What the NPC did, as far as the rules let it; what else happened meanwhile is not its doing."""
    found: list[Act] = []
    for recorded in outcome.recorded:
        match recorded.event:
            case market.OfferMade(offer):
                found.append(OfferMade(offer.npc_id, offer.part, offer.price_cents, offer.expires_minute))
            case talk.MoodChanged():
                found.append(recorded.event)
            case talk.NpcLeft(npc_id):
                found.append(NpcLeft(npc_id))
    return found

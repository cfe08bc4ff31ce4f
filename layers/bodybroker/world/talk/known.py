"""Its events as the player may know them."""

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import KnownEvent
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.talk.events import RefusedIntent, Source


class TurnSpoken(KnownEvent, frozen=True, tag="turn_spoken"):
    """An utterance and its answer."""

    npc_id: EntityId
    player_text: str
    line: str
    source: Source
    model: str
    minute: int
    heard_by: tuple[EntityId, ...] = ()
    intent: str = "say"
    intent_refused: RefusedIntent | None = None


class NpcLeft(KnownEvent, frozen=True, tag="npc_left"):
    """An NPC walked away."""

    npc_id: EntityId


class NpcSwayed(KnownEvent, frozen=True, tag="npc_swayed"):
    """Words have won something of an NPC."""

    npc_id: EntityId


class KnownAsk(Struct, frozen=True):
    """A price that the player named."""

    npc_id: EntityId
    item_id: EntityId
    part: str
    price_cents: int
    expires_minute: int


class PriceAsked(KnownEvent, frozen=True, tag="price_asked"):
    """The player named a price."""

    ask: KnownAsk


class ClaimTold(KnownEvent, frozen=True, tag="claim_told"):
    """Somebody claimed something to somebody's face; whether an NPC lied is its own business."""

    by: EntityId
    to: EntityId
    claim: Claim


class BribeTaken(KnownEvent, frozen=True, tag="bribe_taken"):
    """An NPC took the player's money, or none (0 cents)."""

    npc_id: EntityId
    cents: int


class DebtPaid(KnownEvent, frozen=True, tag="debt_paid"):
    """The player paid what he owed."""

    npc_id: EntityId
    cents: int


class SilenceBroken(KnownEvent, frozen=True, tag="silence_broken"):
    """Somebody could not keep a promise."""

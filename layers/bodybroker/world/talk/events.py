"""What talk records."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import BaseEvent
from bodybroker.world.beliefs.state import Claim
from bodybroker.world.proposals import Diff
from bodybroker.world.talk.state import Ask, Pledge, Quest, Swayed

Source = Literal["model", "procedural"]


class RefusedDiff(Struct, frozen=True):
    """A diff of a proposal that a rule refused: which (its index), the rule's code and a reason."""

    index: int
    diff: Diff
    code: str
    reason: str


class RefusedIntent(Struct, frozen=True):
    """Why what the player meant to do did not hold: the rule's code and a reason."""

    code: str
    reason: str


class TurnSpoken(BaseEvent, frozen=True, tag="turn_spoken"):
    """An utterance and its answer; `refused` holds what was proposed and did not hold, `heard_by` who stood by.

    `intent` is what the player did besides talking (its type), `intent_refused` why it came to nothing. Where several
    NPCs answer one utterance, the later ones' `player_text` is empty. `held` is the category for which the gate held
    the player's words back: they are nowhere on record.
    """

    npc_id: EntityId
    player_text: str
    line: str
    source: Source
    model: str
    minute: int
    refused: tuple[RefusedDiff, ...]
    heard_by: tuple[EntityId, ...] = ()
    intent: str = "say"
    intent_refused: RefusedIntent | None = None
    held: str = ""


class MoodChanged(BaseEvent, frozen=True, tag="mood_changed"):
    """An NPC's mood is another."""

    npc_id: EntityId
    mood: str


class NpcLeft(BaseEvent, frozen=True, tag="npc_left"):
    """An NPC walked away and stays away until the given minute."""

    npc_id: EntityId
    away_until: int


class NpcSwayed(BaseEvent, frozen=True, tag="npc_swayed"):
    """Words have won points of an NPC's bond: how many they are today."""

    npc_id: EntityId
    swayed: Swayed


class PriceAsked(BaseEvent, frozen=True, tag="price_asked"):
    """The player named a price; it replaces what he asked of that NPC before."""

    ask: Ask


class AskEnded(BaseEvent, frozen=True, tag="ask_ended"):
    """What the player asked for is off the table."""

    npc_id: EntityId
    how: Literal["accepted", "countered", "refused", "expired", "left"]


class BribeTaken(BaseEvent, frozen=True, tag="bribe_taken"):
    """An NPC took the player's money: `kept_cents` of it into its purse, the rest is spent in the city at once."""

    npc_id: EntityId
    cents: int
    kept_cents: int


class ThreatMade(BaseEvent, frozen=True, tag="threat_made"):
    """The player threatened an NPC, which gave way or was provoked."""

    npc_id: EntityId
    outcome: Literal["cowed", "provoked"]


class ClaimTold(BaseEvent, frozen=True, tag="claim_told"):
    """The player claimed something to an NPC's face, or an NPC to the player's. `is_lie`: against better knowledge."""

    by: EntityId
    to: EntityId
    claim: Claim
    is_lie: bool


class WordGiven(BaseEvent, frozen=True, tag="word_given"):
    """Somebody promised something."""

    pledge: Pledge


class WordKept(BaseEvent, frozen=True, tag="word_kept"):
    """A promise was kept, and is none any more."""

    pledge_id: EntityId


class WordBroken(BaseEvent, frozen=True, tag="word_broken"):
    """The player broke a promise: its time is over."""

    pledge_id: EntityId


class SilenceBroken(BaseEvent, frozen=True, tag="silence_broken"):
    """An NPC breaks its word and talks of the player."""

    pledge_id: EntityId


class DebtPaid(BaseEvent, frozen=True, tag="debt_paid"):
    """The player paid an NPC what he owed: `kept_cents` of it go into its purse, the rest is spent in the city at once.

    `pledges` are what is left of each promise that it was paid for, in cents.
    """

    npc_id: EntityId
    cents: int
    kept_cents: int
    pledges: dict[EntityId, int]


class OfferHeld(BaseEvent, frozen=True, tag="offer_held"):
    """An NPC promised that its offer stands longer."""

    npc_id: EntityId
    expires_minute: int


class QuestGiven(BaseEvent, frozen=True, tag="quest_given"):
    """An NPC sent the player on an errand: an order and an objective go with it."""

    quest: Quest


class QuestEnded(BaseEvent, frozen=True, tag="quest_ended"):
    """An errand is over; the objective was closed with it."""

    objective_id: EntityId

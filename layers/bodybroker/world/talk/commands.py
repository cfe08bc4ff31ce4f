"""The turn that the turn service records."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.proposals import Proposal
from bodybroker.world.talk.intents import Intent


class RecordTurn(Struct, frozen=True):
    """One utterance, its answer and what the answer proposes. Only the turn service makes it; it is not public.

    `line` is what the NPC said; `source` says whether `model` (its name) or the procedural layer said it. `heard_by`
    are the NPCs who stood by. `intent` is what the player does to this NPC besides talking. `held` is why the
    player's words were held back; `player_text` then does not hold them.
    """

    npc_id: EntityId
    player_text: str
    line: str
    source: Literal["model", "procedural"]
    model: str
    proposal: Proposal
    heard_by: tuple[EntityId, ...] = ()
    intent: Intent | None = None
    held: str = ""


class RecordTalk(Struct, frozen=True):
    """A turn in which several NPCs answered, in their order; it takes the time of one. Not public either."""

    turns: tuple[RecordTurn, ...]

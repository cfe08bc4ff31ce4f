"""What talk leaves behind: prices asked for, words given, errands, and how much was moved by words today."""

from typing import Literal

from msgspec import Struct

from bodybroker.kernel.ids import EntityId
from bodybroker.world.talk.said import Said


class Ask(Struct, frozen=True):
    """The price that the player named to an NPC for an item of that quality, until `expires_minute`.

    `most_cents` is what the NPC would have given when it was asked.
    """

    npc_id: EntityId
    item_id: EntityId
    part: str
    quality: int
    price_cents: int
    most_cents: int
    expires_minute: int


class Pledge(Struct, frozen=True):
    """A word given: `by` promised it to `to` (one of them is the player); its time is over at `due_minute`.

    `pay`: the player owes `cents` of the debt until then. `silence`: the NPC tells nobody anything of the player until
    then, unless it has `broken` its word, which the player does not know.
    """

    pledge_id: EntityId
    by: EntityId
    to: EntityId
    vow: Literal["pay", "silence"]
    due_minute: int
    cents: int = 0
    broken: bool = False


class Quest(Struct, frozen=True):
    """An errand: the objective is reached when the order of that id is delivered."""

    objective_id: EntityId
    npc_id: EntityId
    order_id: EntityId


class Swayed(Struct, frozen=True):
    """Points of a bond that words have won of an NPC on a day."""

    day: int
    points: int


class TalkState(Struct, frozen=True):
    """Asks and sway by NPC, pledges and quests by their ids, and what NPCs said tonight."""

    asks: dict[EntityId, Ask] = {}
    pledges: dict[EntityId, Pledge] = {}
    quests: dict[EntityId, Quest] = {}
    swayed: dict[EntityId, Swayed] = {}
    said: Said = Said()


def is_silent(talk: TalkState, npc_id: EntityId) -> bool:
    """Whether the NPC tells nobody anything of the player, because it gave its word and keeps it."""
    return any(
        pledge.vow == "silence" and pledge.by == npc_id and not pledge.broken for pledge in talk.pledges.values()
    )

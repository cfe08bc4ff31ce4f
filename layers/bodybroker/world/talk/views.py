"""Words given and prices named, through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import PLAYER, View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def view(state: State, rules: Rules) -> View:
    """Promises between the player and NPCs (not who breaks one in secret), and prices on the table."""
    return {
        "pledges": [
            {
                "pledge_id": pledge.pledge_id,
                "npc_id": pledge.to if pledge.by == PLAYER else pledge.by,
                "is_mine": pledge.by == PLAYER,
                "vow": pledge.vow,
                "cents": pledge.cents,
                "due_minute": pledge.due_minute,
            }
            for pledge in ordered(state.talk.pledges)
        ],
        "asked": [
            {
                "npc_id": ask.npc_id,
                "item_id": ask.item_id,
                "part": ask.part,
                "price_cents": ask.price_cents,
                "expires_minute": ask.expires_minute,
            }
            for ask in ordered(state.talk.asks)
        ],
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """What is done in talk is done in turns."""
    yield from ()

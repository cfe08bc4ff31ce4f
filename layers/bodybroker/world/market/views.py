"""The night market through the player's eyes."""

from collections.abc import Iterator

from bodybroker.world.base import View, ordered
from bodybroker.world.commands import Command
from bodybroker.world.conditions import locals_of
from bodybroker.world.market import commands, prices
from bodybroker.world.rules import Rules
from bodybroker.world.state import State
from bodybroker.world.wording import dollars, words


def view(state: State, rules: Rules) -> View:
    """What parts are worth."""
    return {"market": {part: {"worth_cents": rule.price_cents} for part, rule in sorted(rules.parts.parts.items())}}


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for npc in locals_of(state):
        for item in ordered(state.player.inventory):
            name = npc.character.name
            title = f"Sell the {words(item.part)} (quality {item.quality}) to {name}"
            if item.part in npc.character.tastes and prices.trades(npc, rules):
                title += f" for {dollars(prices.quote(state, npc, item, rules)[0])}"
            yield commands.SellPart(type="sell_part", npc_id=npc.character.npc_id, item_id=item.item_id), title

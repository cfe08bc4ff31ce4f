"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_npc_here, check_phase
from bodybroker.world.market import commands, prices
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def _sell_part(state: State, command: commands.SellPart, rules: Rules) -> None:
    item = state.player.inventory.get(command.item_id)
    if item is None:
        raise Refused("unknown_item", "You carry nothing of that id.")
    check_phase(state, "night", "Monsters buy at night only.")
    check_npc_here(state, command.npc_id)
    npc = state.npcs[command.npc_id]
    if not prices.trades(npc, rules):
        raise Refused("npc_will_not_trade", f"{npc.character.name} is {npc.mood} and will not trade.")
    if item.part not in npc.character.tastes:
        raise Refused("part_not_wanted", f"{npc.character.name} has no use for a {item.part}.")
    price, _ = prices.quote(state, npc, item, rules)
    if price > npc.purse_cents:
        raise Refused("buyer_cannot_pay", f"{npc.character.name} cannot pay that any more tonight.")


CHECKS: dict[type, Check] = {
    commands.SellPart: _sell_part,
}

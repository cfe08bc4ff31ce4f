"""What its commands bring about."""

from bodybroker.world.base import Decider
from bodybroker.world.draft import Draft
from bodybroker.world.market import commands, events, prices
from bodybroker.world.passage import pass_time


def _sell_part(draft: Draft, command: commands.SellPart) -> None:
    npc, item = draft.state.npcs[command.npc_id], draft.state.player.inventory[command.item_id]
    price, on_offer = prices.quote(draft.state, npc, item, draft.rules)
    draft.add(events.PartSold(command.npc_id, item, price, on_offer))
    pass_time(draft, draft.rules.market.deal_minutes)


DECIDERS: dict[type, Decider] = {
    commands.SellPart: _sell_part,
}

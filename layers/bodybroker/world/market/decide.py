"""What its commands bring about."""

from bodybroker.world.base import Decider, ordered
from bodybroker.world.draft import Draft
from bodybroker.world.houses.trade import noticed
from bodybroker.world.market import commands, deals, events, haggling, intermediaries, orders
from bodybroker.world.passage import pass_time


def _promise_delivery(draft: Draft, command: commands.PromiseDelivery) -> None:
    draft.add(events.OrderPromised(command.order_id))


def _deliver_order(draft: Draft, command: commands.DeliverOrder) -> None:
    order, item = draft.state.market.orders[command.order_id], draft.state.player.inventory[command.item_id]
    npc = draft.state.npcs[order.npc_id]
    if not deals.goes_wrong(draft, npc, item, order.price_cents, draft.stream.substream("deal")):
        orders.deliver(draft, order, item)
        noticed(draft, order.npc_id)
    pass_time(draft, draft.rules.market.deal_minutes)


def _engage_intermediary(draft: Draft, command: commands.EngageIntermediary) -> None:
    draft.add(events.IntermediaryEngaged(command.npc_id, command.share_per_mille))
    pass_time(draft, draft.rules.market.deal_minutes)


def _consign(draft: Draft, command: commands.Consign) -> None:
    inventory = draft.state.player.inventory
    draft.add(events.GoodsConsigned(command.npc_id, tuple(inventory[item_id] for item_id in command.item_ids)))
    pass_time(draft, draft.rules.market.deal_minutes)


def _audit(draft: Draft, command: commands.AuditIntermediary) -> None:
    intermediaries.audit(draft, command.npc_id)
    pass_time(draft, draft.rules.intermediaries.audit_minutes)


def _dismiss(draft: Draft, command: commands.DismissIntermediary) -> None:
    stock = draft.state.market.intermediaries[command.npc_id].stock
    draft.add(events.IntermediaryDismissed(command.npc_id, tuple(ordered(stock))))
    pass_time(draft, draft.rules.market.deal_minutes)


DECIDERS: dict[type, Decider] = {
    commands.SellPart: deals.sell,
    commands.Haggle: haggling.haggle,
    commands.PromiseDelivery: _promise_delivery,
    commands.DeliverOrder: _deliver_order,
    commands.EngageIntermediary: _engage_intermediary,
    commands.Consign: _consign,
    commands.AuditIntermediary: _audit,
    commands.DismissIntermediary: _dismiss,
}

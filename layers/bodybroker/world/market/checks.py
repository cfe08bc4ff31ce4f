"""The rules that forbid its commands."""

from bodybroker.generation.entities import Item
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import PLAYER, Check
from bodybroker.world.beliefs import opinions
from bodybroker.world.bonds.between import bond
from bodybroker.world.conditions import carried, check_npc_here, check_phase
from bodybroker.world.market import commands, intermediaries, orders, prices
from bodybroker.world.market.reputation import access
from bodybroker.world.market.state import Intermediary, Order
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State


def check_deals(state: State, npc: Npc, rules: Rules) -> None:
    """Raises Refused when the NPC would not trade with this player now."""
    name = npc.character.name
    if not prices.trades(npc, rules):
        raise Refused("npc_will_not_trade", f"{name} is {npc.mood} and will not trade.")
    if access(state, npc.character.race, rules) == "closed":
        raise Refused("tier_closed", f"{name} does not deal with nobodies. Make a name for yourself first.")
    if opinions.refuses(state, rules, npc.character.npc_id):
        raise Refused("npc_thinks_ill", f"{name} has heard things of you, and deals with you no more.")


def check_buyer(state: State, npc_id: EntityId, item: Item, rules: Rules) -> Npc:
    """The NPC, who is here and buys such a part; raises Refused where it does not."""
    check_phase(state, "night", "Monsters buy at night only.")
    check_npc_here(state, npc_id)
    npc = state.npcs[npc_id]
    check_deals(state, npc, rules)
    if item.part not in npc.character.tastes:
        raise Refused("part_not_wanted", f"{npc.character.name} has no use for a {item.part}.")
    return npc


def _sell_part(state: State, command: commands.SellPart, rules: Rules) -> None:
    item = carried(state, command.item_id)
    npc = check_buyer(state, command.npc_id, item, rules)
    price, _ = prices.quote(state, npc, item, rules)
    if price > npc.purse_cents:
        raise Refused("buyer_cannot_pay", f"{npc.character.name} cannot pay that any more tonight.")


def _haggle(state: State, command: commands.Haggle, rules: Rules) -> None:
    item = carried(state, command.item_id)
    npc = check_buyer(state, command.npc_id, item, rules)
    price, _ = prices.quote(state, npc, item, rules)
    if command.ask_cents <= price:
        raise Refused("ask_not_higher", f"{npc.character.name} pays that much anyway.", price_cents=price)


def _check_order(state: State, order_id: EntityId) -> Order:
    order = state.market.orders.get(order_id)
    if order is None:
        raise Refused("unknown_order", "Nobody asks for that, or not any more.")
    return order


def _promise_delivery(state: State, command: commands.PromiseDelivery, rules: Rules) -> None:
    if _check_order(state, command.order_id).promised:
        raise Refused("already_promised", "You have given your word on that already.")
    if sum(order.promised for order in state.market.orders.values()) >= rules.orders.promises:
        raise Refused("too_many_promises", f"Nobody believes more than {rules.orders.promises} promises at a time.")


def _deliver_order(state: State, command: commands.DeliverOrder, rules: Rules) -> None:
    order = _check_order(state, command.order_id)
    if not order.promised:
        raise Refused("not_promised", "Give your word on the order first.")
    item = carried(state, command.item_id)
    check_phase(state, "night", "Monsters buy at night only.")
    check_npc_here(state, order.npc_id)
    npc = state.npcs[order.npc_id]
    if not prices.trades(npc, rules):
        raise Refused("npc_will_not_trade", f"{npc.character.name} is {npc.mood} and will not trade.")
    if not orders.suits(order, item, rules):
        raise Refused("not_as_ordered", f"{npc.character.name} asked for something else, or for better.")
    if order.price_cents - npc.purse_cents > state.city_cents:
        raise Refused("buyer_cannot_pay", f"{npc.character.name} cannot pay that any more tonight.")


def _check_intermediary(state: State, npc_id: EntityId) -> Intermediary:
    check_npc_here(state, npc_id)
    seller = state.market.intermediaries.get(npc_id)
    if seller is None:
        raise Refused("not_an_intermediary", f"{state.npcs[npc_id].character.name} does not sell for you.")
    return seller


def _engage_intermediary(state: State, command: commands.EngageIntermediary, rules: Rules) -> None:
    check_npc_here(state, command.npc_id)
    npc = state.npcs[command.npc_id]
    name = npc.character.name
    if command.npc_id in state.market.intermediaries:
        raise Refused("already_engaged", f"{name} sells for you already.")
    if len(state.market.intermediaries) >= intermediaries.slots(state, rules):
        raise Refused("no_slot", "Nobody of your rank has more sellers than you have.")
    if npc.character.guide.intelligence < rules.intermediaries.intelligence:
        raise Refused("not_clever_enough", f"{name} would eat the goods.")
    if bond(state, command.npc_id, PLAYER, rules).trust < rules.intermediaries.trust:
        raise Refused("not_trusted", f"{name} does not trust you enough.")
    asked = intermediaries.asked_share(npc, rules)
    if command.share_per_mille < asked:
        raise Refused("share_too_low", f"{name} wants {asked} per mille.", share_per_mille=asked)


def _consign(state: State, command: commands.Consign, rules: Rules) -> None:
    seller = _check_intermediary(state, command.npc_id)
    for item_id in command.item_ids:
        carried(state, item_id)
    if len(set(command.item_ids)) < len(command.item_ids):
        raise Refused("item_named_twice", "Each thing can be given away once.")
    if len(seller.stock) + len(command.item_ids) > rules.intermediaries.stock_limit:
        raise Refused("stock_full", f"A seller holds {rules.intermediaries.stock_limit} parts and no more.")


def _audit(state: State, command: commands.AuditIntermediary, rules: Rules) -> None:
    _check_intermediary(state, command.npc_id)


def _dismiss(state: State, command: commands.DismissIntermediary, rules: Rules) -> None:
    seller = _check_intermediary(state, command.npc_id)
    if len(state.player.inventory) + len(seller.stock) > rules.player.bag_size:
        raise Refused("bag_full", "Your bag does not hold what comes back.")


CHECKS: dict[type, Check] = {
    commands.SellPart: _sell_part,
    commands.Haggle: _haggle,
    commands.PromiseDelivery: _promise_delivery,
    commands.DeliverOrder: _deliver_order,
    commands.EngageIntermediary: _engage_intermediary,
    commands.Consign: _consign,
    commands.AuditIntermediary: _audit,
    commands.DismissIntermediary: _dismiss,
}

"""The night market through the player's eyes."""

from collections.abc import Iterator

from bodybroker.generation.entities import Item
from bodybroker.world.base import PLAYER, View, ordered, seen_item
from bodybroker.world.bonds.between import bond
from bodybroker.world.commands import Command
from bodybroker.world.conditions import is_present, locals_of, met
from bodybroker.world.market import commands, intermediaries, orders, prices
from bodybroker.world.market.reputation import access
from bodybroker.world.market.state import Intermediary, Order
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, State
from bodybroker.world.wording import a, dollars, words

ASK_PER_MILLE = 1150
"""What the suggested haggling asks for, against the price."""


def view(state: State, rules: Rules) -> View:
    """What parts are worth, what the customers here think of the player, what is ordered, who sells for him."""
    return {
        "market": {part: {"worth_cents": rule.price_cents} for part, rule in sorted(rules.parts.parts.items())},
        "reputation": state.market.reputation,
        "customers": [_customer(state, npc, rules) for npc in met(state)],
        "orders": [_order(state, order) for order in ordered(state.market.orders)],
        "intermediaries": [_seller(state, seller) for seller in ordered(state.market.intermediaries)],
    }


def _customer(state: State, npc: Npc, rules: Rules) -> View:
    stands = bond(state, npc.character.npc_id, PLAYER, rules)
    return {
        "npc_id": npc.character.npc_id,
        "tier": rules.customers.races[npc.character.race].tier,
        "access": access(state, npc.character.race, rules),
        "trust": stands.trust,
        "fear": stands.fear,
        "respect": stands.respect,
        "desire": stands.desire,
        "debt_cents": stands.debt_cents,
    }


def _order(state: State, order: Order) -> View:
    npc = state.npcs.get(order.npc_id)
    return {
        "order_id": order.order_id,
        "npc_id": order.npc_id,
        "name": npc.character.name if npc else None,
        "place_id": npc.character.haunt_id if npc else None,
        "part": order.part,
        "quality": order.quality,
        "treated_for": order.treated_for,
        "price_cents": order.price_cents,
        "deadline_minute": order.deadline_minute,
        "promised": order.promised,
    }


def _seller(state: State, seller: Intermediary) -> View:
    npc = state.npcs.get(seller.npc_id)
    return {
        "npc_id": seller.npc_id,
        "name": npc.character.name if npc else None,
        "share_per_mille": seller.share_per_mille,
        "stock": [seen_item(item) for item in ordered(seller.stock)],
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    bag = ordered(state.player.inventory)
    for npc in locals_of(state):
        wanted = [item for item in bag if item.part in npc.character.tastes]
        for item in wanted:
            yield _sale(state, npc, item, rules)
        if wanted and is_present(state, npc) and prices.deals(state, npc, rules):
            yield _haggling(state, npc, wanted[0], rules)
    yield from _of_orders(state, bag, rules)
    yield from _of_intermediaries(state, bag, rules)


def _sale(state: State, npc: Npc, item: Item, rules: Rules) -> tuple[Command, str]:
    title = f"Sell the {words(item.part)} (quality {item.quality}) to {npc.character.name}"
    if prices.deals(state, npc, rules):
        title += f" for {dollars(prices.quote(state, npc, item, rules)[0])}"
    return commands.SellPart(type="sell_part", npc_id=npc.character.npc_id, item_id=item.item_id), title


def _haggling(state: State, npc: Npc, item: Item, rules: Rules) -> tuple[Command, str]:
    ask = prices.quote(state, npc, item, rules)[0] * ASK_PER_MILLE // 1000 + 1
    command = commands.Haggle(type="haggle", npc_id=npc.character.npc_id, item_id=item.item_id, ask_cents=ask)
    return command, f"Ask {npc.character.name} for {dollars(ask)} for the {words(item.part)}"


def _of_orders(state: State, bag: list[Item], rules: Rules) -> Iterator[tuple[Command, str]]:
    for order in ordered(state.market.orders):
        npc = state.npcs.get(order.npc_id)
        if npc is None:
            continue
        name, part = npc.character.name, a(order.part)
        if not order.promised:
            command = commands.PromiseDelivery(type="promise_delivery", order_id=order.order_id)
            yield command, f"Promise {name} {part} for {dollars(order.price_cents)}"
        elif npc.character.haunt_id == state.player.place_id:
            for item in [item for item in bag if orders.suits(order, item, rules)][:1]:
                yield (
                    commands.DeliverOrder(type="deliver_order", order_id=order.order_id, item_id=item.item_id),
                    f"Deliver {part} to {name} for {dollars(order.price_cents)}",
                )


def _of_intermediaries(state: State, bag: list[Item], rules: Rules) -> Iterator[tuple[Command, str]]:
    for npc in locals_of(state):
        npc_id, name = npc.character.npc_id, npc.character.name
        seller = state.market.intermediaries.get(npc_id)
        if seller is not None:
            yield from _with_seller(seller, name, bag, rules)
        elif npc.character.guide.intelligence >= rules.intermediaries.intelligence and is_present(state, npc):
            share = intermediaries.asked_share(npc, rules)
            command = commands.EngageIntermediary(type="engage_intermediary", npc_id=npc_id, share_per_mille=share)
            yield command, f"Have {name} sell for you, for {share} per mille"


def _with_seller(seller: Intermediary, name: str, bag: list[Item], rules: Rules) -> Iterator[tuple[Command, str]]:
    room = rules.intermediaries.stock_limit - len(seller.stock)
    goods = tuple(item.item_id for item in bag[:room])
    if goods:
        command = commands.Consign(type="consign", npc_id=seller.npc_id, item_ids=goods)
        yield command, f"Leave {len(goods)} parts with {name}"
    yield commands.AuditIntermediary(type="audit_intermediary", npc_id=seller.npc_id), f"Read the books of {name}"
    yield commands.DismissIntermediary(type="dismiss_intermediary", npc_id=seller.npc_id), f"Dismiss {name}"

"""What orders and intermediaries do to a state: goods that are promised or in other hands."""

from typing import Any

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, by_id, without
from bodybroker.world.houses.happenings import enriched
from bodybroker.world.market import events
from bodybroker.world.market.state import Intermediary
from bodybroker.world.state import State


def _orders_placed(state: State, event: events.OrdersPlaced) -> Changes:
    return _market(state, orders=state.market.orders | {order.order_id: order for order in event.orders})


def _order_promised(state: State, event: events.OrderPromised) -> Changes:
    promised = replace(state.market.orders[event.order_id], promised=True)
    return _market(state, orders=state.market.orders | {event.order_id: promised})


def _order_delivered(state: State, event: events.OrderDelivered) -> Changes:
    player, npc, market, tally = state.player, state.npcs[event.npc_id], state.market, state.tally
    own_cents = event.price_cents - event.kin_cents
    return {
        "player": replace(
            player,
            money_cents=player.money_cents + event.price_cents,
            inventory=without(player.inventory, [event.item.item_id]),
        ),
        "npcs": state.npcs | {event.npc_id: replace(npc, purse_cents=npc.purse_cents - own_cents)},
        "city_cents": state.city_cents - event.kin_cents,
        "market": replace(
            market,
            orders=without(market.orders, [event.order_id]),
            reputation=event.reputation,
        ),
        "tally": replace(tally, parts_sold=tally.parts_sold + 1, earned_cents=tally.earned_cents + event.price_cents),
    }


def _orders_lapsed(state: State, event: events.OrdersLapsed) -> Changes:
    return _market(
        state,
        orders=without(state.market.orders, event.order_ids),
        reputation=event.reputation,
    )


def _intermediary_engaged(state: State, event: events.IntermediaryEngaged) -> Changes:
    return _hired(state, Intermediary(event.npc_id, event.share_per_mille))


def _goods_consigned(state: State, event: events.GoodsConsigned) -> Changes:
    seller, goods = state.market.intermediaries[event.npc_id], by_id(event.items)
    player = replace(state.player, inventory=without(state.player.inventory, goods))
    return {"player": player, **_hired(state, replace(seller, stock=seller.stock | goods))}


def _consignments_sold(state: State, event: events.ConsignmentsSold) -> Changes:
    sellers = dict(state.market.intermediaries)
    for sale in event.sales:
        seller = sellers[sale.npc_id]
        sellers[sale.npc_id] = replace(
            seller,
            stock=without(seller.stock, [sale.item.item_id]),
            skimmed_cents=seller.skimmed_cents + sale.skim_cents,
        )
    earned = sum(sale.player_cents for sale in event.sales)
    tally = state.tally
    return {
        "player": replace(state.player, money_cents=state.player.money_cents + earned),
        "city_cents": state.city_cents - earned,
        "tally": replace(
            tally, parts_sold=tally.parts_sold + len(event.sales), earned_cents=tally.earned_cents + earned
        ),
        **_market(state, intermediaries=sellers, reputation=event.reputation, demand=event.demand),
    }


def _intermediary_defected(state: State, event: events.IntermediaryDefected) -> Changes:
    npc, market, houses = state.npcs[event.npc_id], state.market, state.houses
    if event.house_id is not None:
        houses = enriched(houses, event.house_id, event.cents)
    return {
        "houses": houses,
        "city_cents": state.city_cents - event.cents,
        "npcs": state.npcs | {event.npc_id: replace(npc, away_until=max(npc.away_until, event.away_until))},
        "market": replace(
            market,
            intermediaries=without(market.intermediaries, [event.npc_id]),
        ),
    }


def _intermediary_audited(state: State, event: events.IntermediaryAudited) -> Changes:
    npc, market = state.npcs[event.npc_id], state.market
    seller = market.intermediaries[event.npc_id]
    honest = replace(seller, skimmed_cents=seller.skimmed_cents - event.found_cents)
    return {
        "npcs": state.npcs | {event.npc_id: replace(npc, purse_cents=npc.purse_cents - event.repaid_cents)},
        "player": replace(state.player, money_cents=state.player.money_cents + event.repaid_cents),
        "market": replace(
            market,
            intermediaries=market.intermediaries | {event.npc_id: honest},
        ),
    }


def _intermediary_dismissed(state: State, event: events.IntermediaryDismissed) -> Changes:
    player = replace(state.player, inventory=state.player.inventory | by_id(event.items))
    return {"player": player, **_market(state, intermediaries=without(state.market.intermediaries, [event.npc_id]))}


def _hired(state: State, seller: Intermediary) -> Changes:
    return _market(state, intermediaries=state.market.intermediaries | {seller.npc_id: seller})


def _market(state: State, **changes: Any) -> Changes:
    return {"market": replace(state.market, **changes)}


APPLIERS: dict[type, Applier] = {
    events.OrdersPlaced: _orders_placed,
    events.OrderPromised: _order_promised,
    events.OrderDelivered: _order_delivered,
    events.OrdersLapsed: _orders_lapsed,
    events.IntermediaryEngaged: _intermediary_engaged,
    events.GoodsConsigned: _goods_consigned,
    events.ConsignmentsSold: _consignments_sold,
    events.IntermediaryDefected: _intermediary_defected,
    events.IntermediaryAudited: _intermediary_audited,
    events.IntermediaryDismissed: _intermediary_dismissed,
}

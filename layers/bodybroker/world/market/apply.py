"""What its events do to a state."""

from typing import Any

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.market import events
from bodybroker.world.market.apply_goods import APPLIERS as GOODS
from bodybroker.world.market.state import FalseNotes
from bodybroker.world.state import State


def _purses_filled(state: State, event: events.PursesFilled) -> Changes:
    filled = {
        npc_id: replace(state.npcs[npc_id], purse_cents=state.npcs[npc_id].purse_cents + cents)
        for npc_id, cents in event.amounts.items()
    }
    return {"npcs": state.npcs | filled, "city_cents": state.city_cents - sum(event.amounts.values())}


def _part_sold(state: State, event: events.PartSold) -> Changes:
    player, npc, tally = state.player, state.npcs[event.npc_id], state.tally
    paid = replace(npc, purse_cents=npc.purse_cents - event.price_cents)
    offers = without(state.market.offers, [event.npc_id]) if event.on_offer else state.market.offers
    return {
        "player": replace(
            player,
            money_cents=player.money_cents + event.price_cents,
            inventory=without(player.inventory, [event.item.item_id]),
        ),
        "npcs": state.npcs | {event.npc_id: paid},
        "market": replace(state.market, offers=offers),
        "tally": replace(tally, parts_sold=tally.parts_sold + 1, earned_cents=tally.earned_cents + event.price_cents),
    }


def _deal_settled(state: State, event: events.DealSettled) -> Changes:
    market = state.market
    notes = (FalseNotes(event.npc_id, event.false_cents),) if event.false_cents else ()
    return _market(
        state,
        reputation=event.reputation,
        demand=market.demand | event.demand,
        false_notes=market.false_notes + notes,
    )


def _deal_failed(state: State, event: events.DealFailed) -> Changes:
    return _gone(state, event.npc_id, event.away_until)


def _haggled(state: State, event: events.Haggled) -> Changes:
    return {}


def _offer_made(state: State, event: events.OfferMade) -> Changes:
    return _market(state, offers=state.market.offers | {event.offer.npc_id: event.offer})


def _offer_withdrawn(state: State, event: events.OfferWithdrawn) -> Changes:
    return _market(state, offers=without(state.market.offers, [event.npc_id]))


def _false_money_found(state: State, event: events.FalseMoneyFound) -> Changes:
    player = replace(state.player, money_cents=state.player.money_cents - event.lost_cents)
    return {"player": player, "city_cents": state.city_cents + event.lost_cents, **_market(state, false_notes=())}


def _tempers_cooled(state: State, event: events.TempersCooled) -> Changes:
    cooled = {npc_id: replace(state.npcs[npc_id], mood=mood) for npc_id, mood in event.moods.items()}
    return {"npcs": state.npcs | cooled}


def _demand_recovered(state: State, event: events.DemandRecovered) -> Changes:
    return _market(state, demand=event.demand)


def _customers_arrived(state: State, event: events.CustomersArrived) -> Changes:
    return {"npcs": state.npcs | event.npcs}


def _market(state: State, **changes: Any) -> Changes:
    return {"market": replace(state.market, **changes)}


def _gone(state: State, npc_id: EntityId, until: int) -> Changes:
    npc = state.npcs[npc_id]
    return {"npcs": state.npcs | {npc_id: replace(npc, away_until=max(npc.away_until, until))}}


APPLIERS: dict[type, Applier] = GOODS | {
    events.PursesFilled: _purses_filled,
    events.PartSold: _part_sold,
    events.DealSettled: _deal_settled,
    events.DealFailed: _deal_failed,
    events.Haggled: _haggled,
    events.OfferMade: _offer_made,
    events.OfferWithdrawn: _offer_withdrawn,
    events.FalseMoneyFound: _false_money_found,
    events.TempersCooled: _tempers_cooled,
    events.DemandRecovered: _demand_recovered,
    events.CustomersArrived: _customers_arrived,
}

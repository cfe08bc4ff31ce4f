"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.market import events
from bodybroker.world.market.state import MarketState
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
    return {
        "player": replace(
            player,
            money_cents=player.money_cents + event.price_cents,
            inventory=without(player.inventory, [event.item.item_id]),
        ),
        "npcs": state.npcs | {event.npc_id: paid},
        "market": _without_offer(state, event.npc_id) if event.on_offer else state.market,
        "tally": replace(tally, parts_sold=tally.parts_sold + 1, earned_cents=tally.earned_cents + event.price_cents),
    }


def _offer_made(state: State, event: events.OfferMade) -> Changes:
    return {"market": replace(state.market, offers=state.market.offers | {event.offer.npc_id: event.offer})}


def _offer_withdrawn(state: State, event: events.OfferWithdrawn) -> Changes:
    return {"market": _without_offer(state, event.npc_id)}


def _without_offer(state: State, npc_id: EntityId) -> MarketState:
    return replace(state.market, offers=without(state.market.offers, [npc_id]))


APPLIERS: dict[type, Applier] = {
    events.PursesFilled: _purses_filled,
    events.PartSold: _part_sold,
    events.OfferMade: _offer_made,
    events.OfferWithdrawn: _offer_withdrawn,
}

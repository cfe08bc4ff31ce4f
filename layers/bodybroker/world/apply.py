"""Apply: what an event does to a state. Pure, without rules and without chance; copies only what changes."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world import events
from bodybroker.world.events import Event
from bodybroker.world.state import SCHEMA_VERSION, State, Tally

Changes = dict[str, Any]


def apply(state: State | None, event: Event) -> State:
    """The state after `event`; raises ValueError when the event cannot follow."""
    if isinstance(event, events.WorldCreated):
        if state is not None:
            raise ValueError("a world is created once")
        return _created(event)
    if state is None:
        raise ValueError("the first event of a world creates it")
    if isinstance(event, events.WorldRewound):
        if event.to_version != state.version:
            raise ValueError(f"rewound to version {event.to_version}, the state is at {state.version}")
        return replace(state, version=state.version + 1)
    changes = _APPLIERS[type(event)](state, event)
    return replace(state, version=state.version + 1, moment=state.moment + 1, **changes)


def fold(log: Iterable[Event], state: State | None = None) -> State:
    """The state after all events of `log`, from `state` or from nothing; ValueError on an empty log from nothing."""
    for event in log:
        state = apply(state, event)
    if state is None:
        raise ValueError("an empty log makes no world")
    return state


def _created(event: events.WorldCreated) -> State:
    return State(
        schema_version=SCHEMA_VERSION,
        version=1,
        moment=1,
        seed=event.seed,
        district=event.district,
        minute=event.minute,
        phase=event.phase,
        rank=event.rank,
        city_cents=event.city_cents,
        player=event.player,
        places=event.places,
        npcs=event.npcs,
        equipment={},
        growths={},
        offers={},
        tally=Tally(),
    )


def _travelled(state: State, event: events.Travelled) -> Changes:
    return {"player": replace(state.player, place_id=event.place_id)}


def _time_passed(state: State, event: events.TimePassed) -> Changes:
    return {"minute": event.minute, "player": replace(state.player, heat=event.heat, health=event.health)}


def _phase_changed(state: State, event: events.PhaseChanged) -> Changes:
    return {"phase": event.phase}


def _purses_filled(state: State, event: events.PursesFilled) -> Changes:
    filled = {
        npc_id: replace(state.npcs[npc_id], purse_cents=state.npcs[npc_id].purse_cents + cents)
        for npc_id, cents in event.amounts.items()
    }
    return {"npcs": state.npcs | filled, "city_cents": state.city_cents - sum(event.amounts.values())}


def _morgue_restocked(state: State, event: events.MorgueRestocked) -> Changes:
    place = state.places[event.place_id]
    stocked = replace(place, stock=place.stock | _by_id(event.items), alarm=event.alarm)
    return {"places": state.places | {event.place_id: stocked}}


def _morgue_robbed(state: State, event: events.MorgueRobbed) -> Changes:
    place = state.places[event.place_id]
    loot = _by_id(event.items)
    robbed = replace(place, stock=_without(place.stock, loot), alarm=event.alarm)
    player = replace(state.player, heat=event.heat, inventory=state.player.inventory | loot)
    tally = replace(state.tally, robberies=state.tally.robberies + 1)
    return {"places": state.places | {event.place_id: robbed}, "player": player, "tally": tally}


def _police_responded(state: State, event: events.PoliceResponded) -> Changes:
    player = state.player
    place = state.places[event.place_id]
    recovered = {item_id: player.inventory[item_id] for item_id in event.recovered}
    return {
        "player": replace(
            player,
            place_id=event.player_place_id,
            money_cents=player.money_cents - event.fine_cents,
            heat=event.heat,
            health=event.health,
            inventory=_without(player.inventory, recovered),
        ),
        "places": state.places | {event.place_id: replace(place, stock=place.stock | recovered)},
        "city_cents": state.city_cents + event.fine_cents,
        "tally": replace(
            state.tally,
            chases=state.tally.chases + (event.outcome == "chase"),
            arrests=state.tally.arrests + (event.outcome == "arrest"),
        ),
    }


def _equipment_bought(state: State, event: events.EquipmentBought) -> Changes:
    return {
        **_paid(state, event.price_cents),
        "equipment": state.equipment | {event.equipment.equipment_id: event.equipment},
    }


def _growth_started(state: State, event: events.GrowthStarted) -> Changes:
    growth = event.growth
    busy = replace(state.equipment[growth.equipment_id], growth_id=growth.growth_id)
    return {
        **_paid(state, event.price_cents),
        "equipment": state.equipment | {growth.equipment_id: busy},
        "growths": state.growths | {growth.growth_id: growth},
    }


def _part_grown(state: State, event: events.PartGrown) -> Changes:
    grown = replace(state.growths[event.growth_id], item=event.item)
    tally = replace(state.tally, parts_grown=state.tally.parts_grown + 1)
    return {"growths": state.growths | {event.growth_id: grown}, "tally": tally}


def _part_collected(state: State, event: events.PartCollected) -> Changes:
    growth = state.growths[event.growth_id]
    assert growth.item is not None
    free = replace(state.equipment[growth.equipment_id], growth_id=None)
    inventory = state.player.inventory | {event.item_id: growth.item}
    return {
        "growths": _without(state.growths, [event.growth_id]),
        "equipment": state.equipment | {growth.equipment_id: free},
        "player": replace(state.player, inventory=inventory),
    }


def _part_sold(state: State, event: events.PartSold) -> Changes:
    player, npc, tally = state.player, state.npcs[event.npc_id], state.tally
    paid = replace(npc, purse_cents=npc.purse_cents - event.price_cents)
    return {
        "player": replace(
            player,
            money_cents=player.money_cents + event.price_cents,
            inventory=_without(player.inventory, [event.item.item_id]),
        ),
        "npcs": state.npcs | {event.npc_id: paid},
        "offers": _without(state.offers, [event.npc_id]) if event.on_offer else state.offers,
        "tally": replace(tally, parts_sold=tally.parts_sold + 1, earned_cents=tally.earned_cents + event.price_cents),
    }


def _turn_spoken(state: State, event: events.TurnSpoken) -> Changes:
    return {"tally": replace(state.tally, turns_spoken=state.tally.turns_spoken + 1)}


def _mood_changed(state: State, event: events.MoodChanged) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], mood=event.mood)}}


def _offer_made(state: State, event: events.OfferMade) -> Changes:
    return {"offers": state.offers | {event.offer.npc_id: event.offer}}


def _offer_withdrawn(state: State, event: events.OfferWithdrawn) -> Changes:
    return {"offers": _without(state.offers, [event.npc_id])}


def _npc_left(state: State, event: events.NpcLeft) -> Changes:
    return {"npcs": state.npcs | {event.npc_id: replace(state.npcs[event.npc_id], away_until=event.away_until)}}


_APPLIERS: dict[type, Callable[[State, Any], Changes]] = {
    events.Travelled: _travelled,
    events.TimePassed: _time_passed,
    events.PhaseChanged: _phase_changed,
    events.PursesFilled: _purses_filled,
    events.MorgueRestocked: _morgue_restocked,
    events.MorgueRobbed: _morgue_robbed,
    events.PoliceResponded: _police_responded,
    events.EquipmentBought: _equipment_bought,
    events.GrowthStarted: _growth_started,
    events.PartGrown: _part_grown,
    events.PartCollected: _part_collected,
    events.PartSold: _part_sold,
    events.TurnSpoken: _turn_spoken,
    events.MoodChanged: _mood_changed,
    events.OfferMade: _offer_made,
    events.OfferWithdrawn: _offer_withdrawn,
    events.NpcLeft: _npc_left,
}


def _paid(state: State, price_cents: int) -> Changes:
    """The player pays the city."""
    player = replace(state.player, money_cents=state.player.money_cents - price_cents)
    return {"player": player, "city_cents": state.city_cents + price_cents}


def _by_id(items: Iterable[Item]) -> dict[EntityId, Item]:
    return {item.item_id: item for item in items}


def _without(things: dict[EntityId, Any], gone: Iterable[EntityId]) -> dict[EntityId, Any]:
    """A copy without the members named in `gone`; KeyError when one is not there."""
    left = dict(things)
    for key in gone:
        del left[key]
    return left

"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.generation.entities import Item
from bodybroker.kernel.ids import EntityId
from bodybroker.world.base import Applier, Changes, by_id, without
from bodybroker.world.crime import events
from bodybroker.world.crime.state import CrimeState
from bodybroker.world.state import State, paid


def _restocked(state: State, deliveries: dict[EntityId, events.Delivery]) -> Changes:
    stocked = {}
    for place_id, delivery in deliveries.items():
        place = state.places[place_id]
        stocked[place_id] = replace(place, stock=place.stock | by_id(delivery.items), alarm=delivery.alarm)
    return {"places": state.places | stocked}


def _morgue_restocked(state: State, event: events.MorgueRestocked) -> Changes:
    return _restocked(state, {event.place_id: events.Delivery(event.items, event.alarm)})


def _stores_restocked(state: State, event: events.StoresRestocked) -> Changes:
    return _restocked(state, event.deliveries)


def _robbed(state: State, event: events.MorgueRobbed | events.HospitalRobbed) -> Changes:
    place = state.places[event.place_id]
    loot = by_id(event.items)
    robbed = replace(place, stock=without(place.stock, loot), alarm=event.alarm)
    player = replace(state.player, heat=event.heat, inventory=state.player.inventory | loot)
    tally = replace(state.tally, robberies=state.tally.robberies + 1)
    return {"places": state.places | {event.place_id: robbed}, "player": player, "tally": tally}


def _police_responded(state: State, event: events.PoliceResponded) -> Changes:
    player = state.player
    place = state.places[event.place_id]
    recovered = {item_id: player.inventory[item_id] for item_id in event.recovered}
    is_arrest = event.outcome == "arrest"
    return {
        "player": replace(
            player,
            place_id=event.player_place_id,
            money_cents=player.money_cents - event.fine_cents,
            heat=event.heat,
            health=event.health,
            inventory=without(player.inventory, recovered),
        ),
        "places": state.places | {event.place_id: replace(place, stock=place.stock | recovered)},
        "city_cents": state.city_cents + event.fine_cents,
        "tally": replace(
            state.tally,
            chases=state.tally.chases + (event.outcome == "chase"),
            arrests=state.tally.arrests + is_arrest,
        ),
        "crime": _suspected(state, event.record, event.leads, () if is_arrest else state.crime.tools),
    }


def _victim_killed(state: State, event: events.VictimKilled) -> Changes:
    return {
        "player": replace(
            state.player,
            heat=event.heat,
            humanity=event.humanity,
            inventory=state.player.inventory | by_id(event.items),
        ),
        "crime": _suspected(state, event.record, event.leads, state.crime.tools),
        "tally": replace(state.tally, kills=state.tally.kills + 1),
    }


def _victim_reported(state: State, event: events.VictimReported) -> Changes:
    return {
        "player": replace(state.player, heat=event.heat),
        "crime": _suspected(state, 0, event.leads, state.crime.tools),
    }


def _chase_ended(state: State, event: events.ChaseEnded) -> Changes:
    player = state.player
    return {
        "player": replace(player, heat=event.heat, inventory=without(player.inventory, event.lost)),
        "crime": _suspected(state, event.record, event.leads, state.crime.tools),
    }


def _player_arrested(state: State, event: events.PlayerArrested) -> Changes:
    player = state.player
    return {
        "player": replace(
            player,
            place_id=event.place_id,
            money_cents=player.money_cents - event.fine_cents,
            heat=event.heat,
            inventory=without(player.inventory, event.confiscated),
        ),
        "city_cents": state.city_cents + event.fine_cents,
        "crime": _suspected(state, event.record, 0, ()),
        "tally": replace(state.tally, arrests=state.tally.arrests + 1),
    }


def _law_bribed(state: State, event: events.LawBribed) -> Changes:
    place = state.places[event.place_id]
    bribed = state.crime.bribed
    if event.outcome == "taken":
        bribed = tuple(sorted({*bribed, event.place_id}))
    player = replace(state.player, money_cents=state.player.money_cents - event.price_cents, heat=event.heat)
    return {
        "player": player,
        "city_cents": state.city_cents + event.price_cents,
        "places": state.places | {event.place_id: replace(place, alarm=event.alarm)},
        "crime": replace(state.crime, bribed=bribed, leads=state.crime.leads + event.leads),
    }


def _tool_bought(state: State, event: events.ToolBought) -> Changes:
    owned = tuple(sorted({*state.crime.tools, event.tool}))
    return {**paid(state, event.price_cents), "crime": replace(state.crime, tools=owned)}


def _investigation_moved(state: State, event: events.InvestigationMoved) -> Changes:
    return {"crime": replace(state.crime, case=event.case, record=event.record, leads=0, bribed=())}


def _raid_planned(state: State, event: events.RaidPlanned) -> Changes:
    assert state.crime.case is not None
    return {"crime": replace(state.crime, case=replace(state.crime.case, raid_minute=event.minute))}


def _hideout_raided(state: State, event: events.HideoutRaided) -> Changes:
    player, lab = state.player, state.lab
    stores = lab.stores
    if store := stores.get(event.place_id):
        stores = stores | {event.place_id: replace(store, items=_left(store.items, event.items))}
    return {
        "player": replace(
            player,
            money_cents=player.money_cents - event.fine_cents,
            inventory=_left(player.inventory, event.items),
        ),
        "city_cents": state.city_cents + event.fine_cents,
        "lab": replace(
            lab,
            equipment=without(lab.equipment, event.equipment),
            growths=without(lab.growths, event.growths),
            stores=stores,
        ),
        "crime": replace(state.crime, case=event.case),
    }


def _left(items: dict[EntityId, Item], gone: tuple[EntityId, ...]) -> dict[EntityId, Item]:
    return {item_id: item for item_id, item in items.items() if item_id not in gone}


def _suspected(state: State, record: int, leads: int, tools: tuple[str, ...]) -> CrimeState:
    crime = state.crime
    return replace(crime, record=crime.record + record, leads=crime.leads + leads, tools=tools)


APPLIERS: dict[type, Applier] = {
    events.MorgueRestocked: _morgue_restocked,
    events.StoresRestocked: _stores_restocked,
    events.MorgueRobbed: _robbed,
    events.HospitalRobbed: _robbed,
    events.PoliceResponded: _police_responded,
    events.VictimKilled: _victim_killed,
    events.VictimReported: _victim_reported,
    events.ChaseEnded: _chase_ended,
    events.PlayerArrested: _player_arrested,
    events.LawBribed: _law_bribed,
    events.ToolBought: _tool_bought,
    events.InvestigationMoved: _investigation_moved,
    events.RaidPlanned: _raid_planned,
    events.HideoutRaided: _hideout_raided,
}

"""What its events do to a state."""

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, by_id, without
from bodybroker.world.crime import events
from bodybroker.world.state import State


def _morgue_restocked(state: State, event: events.MorgueRestocked) -> Changes:
    place = state.places[event.place_id]
    stocked = replace(place, stock=place.stock | by_id(event.items), alarm=event.alarm)
    return {"places": state.places | {event.place_id: stocked}}


def _morgue_robbed(state: State, event: events.MorgueRobbed) -> Changes:
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
            arrests=state.tally.arrests + (event.outcome == "arrest"),
        ),
    }


APPLIERS: dict[type, Applier] = {
    events.MorgueRestocked: _morgue_restocked,
    events.MorgueRobbed: _morgue_robbed,
    events.PoliceResponded: _police_responded,
}

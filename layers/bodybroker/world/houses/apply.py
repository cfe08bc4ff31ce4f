"""What its events do to a state."""

from functools import reduce
from typing import Any

from msgspec.structs import replace

from bodybroker.world.base import Applier, Changes, without
from bodybroker.world.houses import events
from bodybroker.world.houses.happenings import enriched, happen, weakened, wealth_cents
from bodybroker.world.houses.rumours import KEPT
from bodybroker.world.state import Player, State


def _houses_advanced(state: State, event: events.HousesAdvanced) -> Changes:
    before = state.houses
    houses = reduce(happen, event.happenings, before)
    city_cents = state.city_cents - (wealth_cents(houses) - wealth_cents(before))
    for house_id, cents in event.dues.items():
        houses = enriched(houses, house_id, cents)
    return {
        "city_cents": city_cents,
        "player": _paid(state, sum(event.dues.values())),
        "houses": replace(
            houses,
            ties=houses.ties | event.ties,
            attempt=event.attempt,
            rumours=(*houses.rumours, *event.rumours)[-KEPT:],
            day=event.day,
        ),
    }


def _paid_to_house(state: State, event: events.TributePaid | events.PeaceMade) -> Changes:
    houses = enriched(state.houses, event.house_id, event.cents)
    return {"player": _paid(state, event.cents), "houses": replace(houses, ties=houses.ties | event.ties)}


def _tied(state: State, event: Any) -> Changes:
    return {"houses": replace(state.houses, ties=state.houses.ties | event.ties)}


def _house_spied_on(state: State, event: events.HouseSpiedOn) -> Changes:
    changes = _tied(state, event)
    return changes | {"player": _paid(state, event.cents), "city_cents": state.city_cents + event.cents}


def _house_betrayed(state: State, event: events.HouseBetrayed) -> Changes:
    houses = weakened(enriched(state.houses, event.for_house_id, -event.cents), event.house_id, event.strength)
    return {"player": _paid(state, -event.cents), "houses": replace(houses, ties=houses.ties | event.ties)}


def _favour_done(state: State, event: events.FavourDone) -> Changes:
    player = replace(state.player, inventory=without(state.player.inventory, [event.item.item_id]))
    return _tied(state, event) | {"player": player}


def _hunters_came(state: State, event: events.HuntersCame) -> Changes:
    return {"houses": replace(state.houses, attempt=None)}


def _hunt_changed(state: State, event: events.HuntChanged) -> Changes:
    houses = weakened(state.houses, event.house_id, event.strength)
    return {"houses": replace(houses, ties=houses.ties | event.ties)}


def _paid(state: State, cents: int) -> Player:
    return replace(state.player, money_cents=state.player.money_cents - cents)


APPLIERS: dict[type, Applier] = {
    events.HousesAdvanced: _houses_advanced,
    events.TributePaid: _paid_to_house,
    events.AllianceMade: _tied,
    events.HouseSpiedOn: _house_spied_on,
    events.HouseBetrayed: _house_betrayed,
    events.PeaceMade: _paid_to_house,
    events.FavourDone: _favour_done,
    events.StandingsChanged: _tied,
    events.HuntersCame: _hunters_came,
    events.HuntChanged: _hunt_changed,
}

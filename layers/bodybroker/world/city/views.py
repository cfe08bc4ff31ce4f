"""The city through the player's eyes: the time, the player, the place, who is here."""

from collections.abc import Iterator

import msgspec

from bodybroker.world.base import MINUTES_PER_DAY, View, ordered, seen_item
from bodybroker.world.city import commands, weather
from bodybroker.world.commands import Command
from bodybroker.world.conditions import met
from bodybroker.world.places import site_here
from bodybroker.world.rules import Rules
from bodybroker.world.state import Npc, Place, State

WAIT_SUGGESTION_MINUTES = 60


def view(state: State, rules: Rules) -> View:
    """No purses, limits or anything else that NPCs keep secret."""
    return {
        "version": state.version,
        "district": state.district,
        "difficulty": state.city.difficulty,
        "time": _time(state),
        "weather": state.city.weather,
        "player": _player(state, rules),
        "place": _place(state, state.places[state.player.place_id], rules),
        "npcs": [_npc(state, npc) for npc in met(state)],
    }


def _time(state: State) -> View:
    day, minute = divmod(state.minute, MINUTES_PER_DAY)
    return {
        "minute": state.minute,
        "day": day + 1,
        "clock": f"{minute // 60:02d}:{minute % 60:02d}",
        "phase": state.phase,
    }


def _player(state: State, rules: Rules) -> View:
    player = state.player
    return {
        "rank": state.rank,
        "money_cents": player.money_cents,
        "heat": player.heat,
        "health": player.health,
        "humanity": player.humanity,
        "bag_size": rules.player.bag_size,
        "inventory": [seen_item(item) for item in ordered(player.inventory)],
        "tally": msgspec.to_builtins(state.tally),
    }


def _place(state: State, place: Place, rules: Rules) -> View:
    site = place.site
    return {
        "place_id": site.place_id,
        "kind": site.kind,
        "name": site.name,
        "area": msgspec.to_builtins(site.area),
        "guards": site.guards,
        "cameras": site.cameras,
        "stock": len(place.stock),
        "exits": [
            {
                "place_id": way.place_id,
                "kind": state.places[way.place_id].site.kind,
                "name": state.places[way.place_id].site.name,
                "at": msgspec.to_builtins(way.at),
                "minutes": weather.walk_minutes(state, rules, way.minutes),
            }
            for way in site.exits
        ],
    }


def _npc(state: State, npc: Npc) -> View:
    character = npc.character
    offer = state.market.offers.get(character.npc_id)
    return {
        "npc_id": character.npc_id,
        "name": character.name,
        "race": character.race,
        "house_id": state.houses.races.get(character.race),
        "traits": list(character.traits),
        "mood": npc.mood,
        "at": msgspec.to_builtins(character.at),
        "wants": sorted(character.tastes),
        "offer": None
        if offer is None
        else {"part": offer.part, "price_cents": offer.price_cents, "expires_minute": offer.expires_minute},
    }


def candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing, allowed or not, with a title."""
    for way in site_here(state).exits:
        there = state.places[way.place_id].site
        minutes = weather.walk_minutes(state, rules, way.minutes)
        yield commands.Travel(type="travel", place_id=way.place_id), f"Go to {there.name} ({minutes} min)"
    yield (
        commands.Wait(type="wait", minutes=WAIT_SUGGESTION_MINUTES),
        f"Wait (1 to {commands.LONGEST_WAIT_MINUTES} min)",
    )

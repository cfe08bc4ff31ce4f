"""What the player sees, and what can be done now and why not. The checks are those of decide: one source of truth."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world import commands, market
from bodybroker.world.checks import check, is_present
from bodybroker.world.commands import Command
from bodybroker.world.passage import MINUTES_PER_DAY
from bodybroker.world.rules import Rules
from bodybroker.world.state import Growth, Npc, Place, State

WAIT_SUGGESTION_MINUTES = 60

View = dict[str, Any]
T = TypeVar("T")


def view(state: State, rules: Rules) -> View:
    """The world through the player's eyes, as plain data: no purses, limits or anything else that NPCs keep secret."""
    place = state.places[state.player.place_id]
    return {
        "version": state.version,
        "district": state.district,
        "time": _time(state),
        "player": _player(state, rules),
        "place": _place(state, place),
        "npcs": [_npc(state, npc) for npc in _present(state)],
        "lab": _lab(state),
        "market": {part: {"worth_cents": rule.price_cents} for part, rule in sorted(rules.parts.parts.items())},
        "actions": [_action(state, command, title, rules) for command, title in _candidates(state, rules)],
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
        "bag_size": rules.player.bag_size,
        "inventory": [
            {"item_id": item.item_id, "part": item.part, "quality": item.quality} for item in _ordered(player.inventory)
        ],
        "tally": msgspec.to_builtins(state.tally),
    }


def _place(state: State, place: Place) -> View:
    site = place.site
    return {
        "place_id": site.place_id,
        "kind": site.kind,
        "name": site.name,
        "area": msgspec.to_builtins(site.area),
        "guards": site.guards,
        "stock": len(place.stock),
        "exits": [
            {
                "place_id": way.place_id,
                "kind": state.places[way.place_id].site.kind,
                "name": state.places[way.place_id].site.name,
                "at": msgspec.to_builtins(way.at),
                "minutes": way.minutes,
            }
            for way in site.exits
        ],
    }


def _npc(state: State, npc: Npc) -> View:
    character = npc.character
    offer = state.offers.get(character.npc_id)
    return {
        "npc_id": character.npc_id,
        "name": character.name,
        "race": character.race,
        "traits": list(character.traits),
        "mood": npc.mood,
        "at": msgspec.to_builtins(character.at),
        "wants": sorted(character.tastes),
        "offer": None
        if offer is None
        else {"part": offer.part, "price_cents": offer.price_cents, "expires_minute": offer.expires_minute},
    }


def _lab(state: State) -> View:
    return {
        "equipment": [
            {"equipment_id": piece.equipment_id, "kind": piece.kind, "growth_id": piece.growth_id}
            for piece in _ordered(state.equipment)
        ],
        "growths": [_growth(growth) for growth in _ordered(state.growths)],
    }


def _growth(growth: Growth) -> View:
    return {
        "growth_id": growth.growth_id,
        "part": growth.part,
        "ready_minute": growth.ready_minute,
        "ready": growth.item is not None,
    }


def _present(state: State) -> Iterator[Npc]:
    return (npc for npc in _locals(state) if is_present(state, npc))


def _locals(state: State) -> Iterator[Npc]:
    """Those who haunt the place where the player is, present or not."""
    return (npc for npc in _ordered(state.npcs) if npc.character.haunt_id == state.player.place_id)


def _action(state: State, command: Command, title: str, rules: Rules) -> View:
    action: View = {"command": command.model_dump(), "title": title}
    try:
        check(state, command, rules)
    except Refused as refusal:
        return {**action, "allowed": False, "rule": refusal.code, "reason": refusal.detail}
    return {**action, "allowed": True}


def _candidates(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    """Every command worth showing here, allowed or not, with a title."""
    for way in state.places[state.player.place_id].site.exits:
        there = state.places[way.place_id].site
        yield commands.Travel(type="travel", place_id=way.place_id), f"Go to {there.name} ({way.minutes} min)"
    for place in _ordered(state.places):
        if place.site.kind == "morgue":
            yield commands.RobMorgue(type="rob_morgue", place_id=place.site.place_id), f"Rob {place.site.name}"
    for kind, equipment in sorted(rules.equipment.equipment.items()):
        title = f"Buy {_a(kind)} for {_dollars(equipment.price_cents)}"
        yield commands.BuyEquipment(type="buy_equipment", equipment=kind), title
    for part, rule in sorted(rules.parts.parts.items()):
        if rule.growth is not None:
            title = f"Grow {_a(part)} ({rule.growth.minutes} min, {_dollars(rule.growth.cost_cents)})"
            yield commands.GrowPart(type="grow_part", part=part), title
    for growth in _ordered(state.growths):
        title = f"Collect the {_words(growth.part)}"
        yield commands.CollectPart(type="collect_part", growth_id=growth.growth_id), title
    yield from _sales(state, rules)
    yield (
        commands.Wait(type="wait", minutes=WAIT_SUGGESTION_MINUTES),
        f"Wait (1 to {commands.LONGEST_WAIT_MINUTES} min)",
    )
    yield commands.LieLow(type="lie_low"), f"Lie low ({rules.player.lie_low_minutes} min)"


def _sales(state: State, rules: Rules) -> Iterator[tuple[Command, str]]:
    for npc in _locals(state):
        for item in _ordered(state.player.inventory):
            name = npc.character.name
            title = f"Sell the {_words(item.part)} (quality {item.quality}) to {name}"
            if item.part in npc.character.tastes and market.trades(npc, rules):
                title += f" for {_dollars(market.quote(state, npc, item, rules)[0])}"
            yield commands.SellPart(type="sell_part", npc_id=npc.character.npc_id, item_id=item.item_id), title


def _ordered(things: dict[EntityId, T]) -> list[T]:
    """The members of a map of the state by id, so that a loaded state looks like one that was folded."""
    return [things[key] for key in sorted(things)]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {_words(name)}"


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"

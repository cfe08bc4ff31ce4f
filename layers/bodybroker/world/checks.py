"""The rules that forbid: one check per command. Decide and the views ask the very same ones.

A check raises Refused with the code of the first rule that is broken and a reason in plain English.
"""

from collections.abc import Callable
from typing import Any

from bodybroker.generation.entities import Phase
from bodybroker.kernel.errors import Refused
from bodybroker.kernel.ids import EntityId
from bodybroker.world import commands, market
from bodybroker.world.commands import Command, RecordTurn
from bodybroker.world.rules import Rules
from bodybroker.world.state import Equipment, Npc, State


def check(state: State, command: Command | RecordTurn, rules: Rules) -> None:
    """Raises Refused when a rule forbids `command` in `state`."""
    _CHECKS[type(command)](state, command, rules)


def is_present(state: State, npc: Npc) -> bool:
    """Whether the NPC can be met by a player who stands in its haunt."""
    return state.phase in npc.character.awake and state.minute >= npc.away_until


def check_npc_here(state: State, npc_id: EntityId) -> None:
    """Raises Refused unless the player and that NPC are face to face."""
    npc = state.npcs.get(npc_id)
    if npc is None:
        raise Refused("unknown_npc", "Nobody of that id lives in this district.")
    if npc.character.haunt_id != state.player.place_id or not is_present(state, npc):
        raise Refused("npc_not_here", f"{npc.character.name} is not here now.")


def free_equipment(state: State, kind: str) -> Equipment | None:
    """A piece of that kind in which nothing grows, the same one on every machine."""
    free = (piece for piece in state.equipment.values() if piece.kind == kind and piece.growth_id is None)
    return min(free, key=lambda piece: piece.equipment_id, default=None)


def _travel(state: State, command: commands.Travel, rules: Rules) -> None:
    here = state.places[state.player.place_id].site
    if all(way.place_id != command.place_id for way in here.exits):
        raise Refused("no_way_there", f"No exit of {here.name} leads there.")


def _rob_morgue(state: State, command: commands.RobMorgue, rules: Rules) -> None:
    place = state.places.get(command.place_id)
    if place is None or place.site.kind != "morgue":
        raise Refused("not_a_morgue", "There is no morgue of that id in this district.")
    if state.player.place_id != command.place_id:
        raise Refused("not_here", f"You are not at {place.site.name}.")
    _check_phase(state, "day", "Morgues are open by day only; at night they are locked and wired.")
    if state.player.health < rules.player.health_to_rob:
        raise Refused("too_hurt", "You are too badly hurt for a robbery: lie low and heal first.")
    if not place.stock:
        raise Refused("morgue_empty", f"{place.site.name} has nothing left; new bodies come in at dawn.")
    _check_bag(state, rules)


def _buy_equipment(state: State, command: commands.BuyEquipment, rules: Rules) -> None:
    wanted = rules.equipment.equipment.get(command.equipment)
    if wanted is None:
        raise Refused("unknown_equipment", "Nobody sells equipment of that name.")
    if state.places[state.player.place_id].site.kind != "street":
        raise Refused("not_on_the_street", "Lab equipment is sold on the street.")
    _check_phase(state, "day", "The dealers of lab equipment are on the street by day only.")
    if sum(piece.kind == command.equipment for piece in state.equipment.values()) >= wanted.limit:
        raise Refused("equipment_limit", "The hideout has no room for another one.")
    _check_money(state, wanted.price_cents)


def _grow_part(state: State, command: commands.GrowPart, rules: Rules) -> None:
    part = rules.parts.parts.get(command.part)
    if part is None:
        raise Refused("unknown_part", "There is no body part of that name.")
    if part.growth is None:
        raise Refused("part_not_growable", "That part cannot be grown in a lab.")
    _check_hideout(state)
    if all(piece.kind != part.growth.equipment for piece in state.equipment.values()):
        raise Refused("equipment_missing", "The lab lacks the equipment for that: " + part.growth.equipment + ".")
    if free_equipment(state, part.growth.equipment) is None:
        raise Refused("equipment_busy", "Something grows in every piece of that equipment already.")
    _check_money(state, part.growth.cost_cents)


def _collect_part(state: State, command: commands.CollectPart, rules: Rules) -> None:
    growth = state.growths.get(command.growth_id)
    if growth is None:
        raise Refused("unknown_growth", "Nothing of that id grows in the lab.")
    _check_hideout(state)
    if growth.item is None:
        minutes = growth.ready_minute - state.minute
        raise Refused("growth_not_ready", f"It needs another {minutes} minutes.", ready_minute=growth.ready_minute)
    _check_bag(state, rules)


def _sell_part(state: State, command: commands.SellPart, rules: Rules) -> None:
    item = state.player.inventory.get(command.item_id)
    if item is None:
        raise Refused("unknown_item", "You carry nothing of that id.")
    _check_phase(state, "night", "Monsters buy at night only.")
    check_npc_here(state, command.npc_id)
    npc = state.npcs[command.npc_id]
    if not market.trades(npc, rules):
        raise Refused("npc_will_not_trade", f"{npc.character.name} is {npc.mood} and will not trade.")
    if item.part not in npc.character.tastes:
        raise Refused("part_not_wanted", f"{npc.character.name} has no use for a {item.part}.")
    price, _ = market.quote(state, npc, item, rules)
    if price > npc.purse_cents:
        raise Refused("buyer_cannot_pay", f"{npc.character.name} cannot pay that any more tonight.")


def _wait(state: State, command: commands.Wait, rules: Rules) -> None:
    """One can always wait: nobody is ever stuck."""


def _lie_low(state: State, command: commands.LieLow, rules: Rules) -> None:
    _check_hideout(state)


def _record_turn(state: State, command: RecordTurn, rules: Rules) -> None:
    check_npc_here(state, command.npc_id)


_CHECKS: dict[type, Callable[[State, Any, Rules], None]] = {
    commands.Travel: _travel,
    commands.RobMorgue: _rob_morgue,
    commands.BuyEquipment: _buy_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
    commands.SellPart: _sell_part,
    commands.Wait: _wait,
    commands.LieLow: _lie_low,
    RecordTurn: _record_turn,
}


def _check_phase(state: State, phase: Phase, reason: str) -> None:
    if state.phase != phase:
        raise Refused("wrong_phase", reason, phase=state.phase)


def _check_bag(state: State, rules: Rules) -> None:
    if len(state.player.inventory) >= rules.player.bag_size:
        raise Refused("bag_full", f"Your bag holds {rules.player.bag_size} parts and is full.")


def _check_money(state: State, price_cents: int) -> None:
    if state.player.money_cents < price_cents:
        raise Refused("not_enough_money", "You cannot pay for that.", price_cents=price_cents)


def _check_hideout(state: State) -> None:
    if state.places[state.player.place_id].site.kind != "hideout":
        raise Refused("not_in_hideout", "That is done in your hideout.")

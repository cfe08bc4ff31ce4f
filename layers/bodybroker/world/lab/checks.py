"""The rules that forbid its commands."""

from bodybroker.kernel.errors import Refused
from bodybroker.world.base import Check
from bodybroker.world.conditions import check_bag, check_hideout, check_money, check_phase
from bodybroker.world.lab import commands
from bodybroker.world.lab.state import Equipment
from bodybroker.world.rules import Rules
from bodybroker.world.state import State


def free_equipment(state: State, kind: str) -> Equipment | None:
    """A piece of that kind in which nothing grows, the same one on every machine."""
    free = (piece for piece in state.lab.equipment.values() if piece.kind == kind and piece.growth_id is None)
    return min(free, key=lambda piece: piece.equipment_id, default=None)


def _buy_equipment(state: State, command: commands.BuyEquipment, rules: Rules) -> None:
    wanted = rules.equipment.equipment.get(command.equipment)
    if wanted is None:
        raise Refused("unknown_equipment", "Nobody sells equipment of that name.")
    if state.places[state.player.place_id].site.kind != "street":
        raise Refused("not_on_the_street", "Lab equipment is sold on the street.")
    check_phase(state, "day", "The dealers of lab equipment are on the street by day only.")
    if sum(piece.kind == command.equipment for piece in state.lab.equipment.values()) >= wanted.limit:
        raise Refused("equipment_limit", "The hideout has no room for another one.")
    check_money(state, wanted.price_cents)


def _grow_part(state: State, command: commands.GrowPart, rules: Rules) -> None:
    part = rules.parts.parts.get(command.part)
    if part is None:
        raise Refused("unknown_part", "There is no body part of that name.")
    if part.growth is None:
        raise Refused("part_not_growable", "That part cannot be grown in a lab.")
    check_hideout(state)
    if all(piece.kind != part.growth.equipment for piece in state.lab.equipment.values()):
        raise Refused("equipment_missing", "The lab lacks the equipment for that: " + part.growth.equipment + ".")
    if free_equipment(state, part.growth.equipment) is None:
        raise Refused("equipment_busy", "Something grows in every piece of that equipment already.")
    check_money(state, part.growth.cost_cents)


def _collect_part(state: State, command: commands.CollectPart, rules: Rules) -> None:
    growth = state.lab.growths.get(command.growth_id)
    if growth is None:
        raise Refused("unknown_growth", "Nothing of that id grows in the lab.")
    check_hideout(state)
    if growth.item is None:
        minutes = growth.ready_minute - state.minute
        raise Refused("growth_not_ready", f"It needs another {minutes} minutes.", ready_minute=growth.ready_minute)
    check_bag(state, rules)


CHECKS: dict[type, Check] = {
    commands.BuyEquipment: _buy_equipment,
    commands.GrowPart: _grow_part,
    commands.CollectPart: _collect_part,
}
